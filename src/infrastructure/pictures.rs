//! Pictures are read and written: JPEG, PNG and WebP by the image crate, AVIF by it (ravif), WebP with loss by libwebp, colours by
//! moxcms. On blocking threads, one core each, with a bound on what is allocated for one.

use std::io::Cursor;
use std::time::Instant;

use bytes::Bytes;
use image::codecs::avif::AvifEncoder;
use image::codecs::png::PngEncoder;
use image::metadata::Orientation;
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder as _, ImageFormat, ImageReader, ImageResult, Limits,
    Rgba, RgbaImage,
    imageops::{self, FilterType},
};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use crate::domain::{
    IconFile, PictureFormat, PictureKind, PictureProblem, check_picture_size, picture_widths, widest_picture,
};
use crate::usecase::{BoxFuture, Error, MadeFile, MadePicture, MadeSquare, PictureMaker, Result};

/// Half a gigabyte: 50 megapixels with four channels of 16 bits, and something.
const MOST_ALLOCATED: u64 = 512 * 1024 * 1024;
/// 1 (slow) to 10.
const AVIF_SPEED: u8 = 9;
/// Both of a hundred.
const AVIF_QUALITY: u8 = 68;
const WEBP_QUALITY: f32 = 80.0;

/// The side of an icon on the screen of a phone, which puts black where it is transparent.
const ON_A_PHONE: u32 = 180;
const WHITE: Rgba<u8> = Rgba([255; 4]);
const NOTHING: Rgba<u8> = Rgba([0; 4]);

/// Nothing is loaded before the first picture.
#[derive(Debug, Clone, Copy, Default)]
pub struct ImageCodecs;

impl PictureMaker for ImageCodecs {
    fn size(&self, kind: PictureKind, bytes: Bytes) -> BoxFuture<'_, Result<Option<(u32, u32)>>> {
        Box::pin(async move {
            let size = move || decoder(kind, &bytes).map(|decoder| decoder.dimensions()).ok();
            // What breaks the reader is no picture.
            Ok(tokio::task::spawn_blocking(size).await.ok().flatten())
        })
    }

    fn make(
        &self,
        kind: PictureKind,
        bytes: Bytes,
    ) -> BoxFuture<'_, Result<std::result::Result<MadePicture, PictureProblem>>> {
        Box::pin(async move {
            match tokio::task::spawn_blocking(move || make(kind, bytes)).await {
                Ok(made) => made,
                Err(ended) if ended.is_panic() => Ok(Err(PictureProblem::Damaged)),
                Err(ended) => Err(Error::Unavailable(ended.into())),
            }
        })
    }

    fn make_icon(
        &self,
        kind: PictureKind,
        bytes: Bytes,
    ) -> BoxFuture<'_, Result<std::result::Result<Vec<MadeSquare>, PictureProblem>>> {
        Box::pin(async move {
            match tokio::task::spawn_blocking(move || read(kind, &bytes).map(|picture| squares(&picture))).await {
                Ok(Ok(squares)) => squares.map(Ok).map_err(Error::Broken),
                Ok(Err(problem)) => Ok(Err(problem)),
                Err(ended) if ended.is_panic() => Ok(Err(PictureProblem::Damaged)),
                Err(ended) => Err(Error::Unavailable(ended.into())),
            }
        })
    }
}

fn decoder(kind: PictureKind, bytes: &[u8]) -> ImageResult<impl ImageDecoder + '_> {
    let format = match kind {
        PictureKind::Jpeg => ImageFormat::Jpeg,
        PictureKind::Png => ImageFormat::Png,
        PictureKind::WebP => ImageFormat::WebP,
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_ALLOCATED);
    reader.limits(limits);
    reader.into_decoder()
}

fn make(kind: PictureKind, bytes: Bytes) -> Result<std::result::Result<MadePicture, PictureProblem>> {
    let began = Instant::now();
    let picture = match read(kind, &bytes) {
        Ok(picture) => picture,
        Err(problem) => return Ok(Err(problem)),
    };
    drop(bytes);
    let mut files = Vec::new();
    for width in picture_widths(picture.width()) {
        let sized = at_width(&picture, width);
        for format in PictureFormat::ALL {
            let bytes = encode(&sized, format).map_err(|cause| Error::Broken(cause.context(format.as_str())))?;
            files.push(MadeFile { width, format, bytes });
        }
    }
    let (size, opaque) = ((picture.width(), picture.height()), is_opaque(&picture));
    let written = files.iter().map(|file| file.bytes.len()).sum::<usize>();
    tracing::info!(?size, written, ms = began.elapsed().as_millis(), "a picture is made");
    Ok(Ok(MadePicture { size, opaque, files }))
}

/// The picture as it is shown at its widest: 8 bits, sRGB, upright, without anything but its pixels.
fn read(kind: PictureKind, bytes: &[u8]) -> std::result::Result<DynamicImage, PictureProblem> {
    let damaged = |cause: image::ImageError| {
        tracing::debug!(%cause, "a picture cannot be read");
        PictureProblem::Damaged
    };
    let mut decoder = decoder(kind, bytes).map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    check_picture_size(width, height)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    let is_turned = matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    // Made smaller first: what follows has few pixels left to do.
    let (shown_width, shown_height) = if is_turned { (height, width) } else { (width, height) };
    let widest = widest_picture(shown_width);
    let high = scaled(shown_height, widest, shown_width);
    let (width, height) = if is_turned { (high, widest) } else { (widest, high) };
    let mut image = reduced(in_eight_bits(image), width, height);
    if let Some(profile) = profile {
        into_srgb(&mut image, &profile);
    }
    image.apply_orientation(orientation);
    Ok(image)
}

fn in_eight_bits(image: DynamicImage) -> DynamicImage {
    if image.color().has_alpha() {
        DynamicImage::ImageRgba8(image.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(image.into_rgb8())
    }
}

/// Whether nothing of what it lies on is seen through it. (It has eight bits.)
fn is_opaque(picture: &DynamicImage) -> bool {
    let is_whole = |pixel: &Rgba<u8>| pixel.0[3] == u8::MAX;
    picture.as_rgba8().is_none_or(|pixels| pixels.pixels().all(is_whole))
}

fn at_width(picture: &DynamicImage, width: u32) -> DynamicImage {
    reduced(picture.clone(), width, scaled(picture.height(), width, picture.width()))
}

/// The whole picture in the middle of each square.
fn squares(picture: &DynamicImage) -> anyhow::Result<Vec<MadeSquare>> {
    let picture = DynamicImage::ImageRgba8(picture.to_rgba8());
    let longer = picture.width().max(picture.height());
    let square = |side: u32| -> anyhow::Result<MadeSquare> {
        let (width, height) = (scaled(picture.width(), side, longer), scaled(picture.height(), side, longer));
        let around = if side == ON_A_PHONE { WHITE } else { NOTHING };
        let mut square = RgbaImage::from_pixel(side, side, around);
        let sized = reduced(picture.clone(), width, height).into_rgba8();
        let (left, top) = ((side - width) / 2, (side - height) / 2);
        imageops::overlay(&mut square, &sized, left.into(), top.into());
        let mut file = Vec::new();
        PngEncoder::new(&mut file).write_image(&square, side, side, ExtendedColorType::Rgba8)?;
        Ok(MadeSquare { side, bytes: file.into() })
    };
    IconFile::SIDES.into_iter().map(square).collect()
}

/// A side in proportion, rounded; at least one pixel.
fn scaled(side: u32, to: u32, of: u32) -> u32 {
    let (side, to, of) = (u64::from(side), u64::from(to), u64::from(of.max(1)));
    u32::try_from((side * to + of / 2) / of).unwrap_or(u32::MAX).max(1)
}

/// By areas down to twice its size, which costs little, and by a finer filter from there. Colours count as much as they are
/// seen: what is transparent bleeds into no edge.
fn reduced(mut image: DynamicImage, width: u32, height: u32) -> DynamicImage {
    if (image.width(), image.height()) == (width, height) {
        return image;
    }
    weigh_colours(&mut image, |colour, alpha| (colour * alpha + 127) / 255);
    if image.width() > width * 2 && image.height() > height * 2 {
        image = image.thumbnail_exact(width * 2, height * 2);
    }
    image = image.resize_exact(width, height, FilterType::Lanczos3);
    weigh_colours(&mut image, |colour, alpha| (colour * 255 + alpha / 2).checked_div(alpha).unwrap_or_default());
    image
}

fn weigh_colours(image: &mut DynamicImage, weigh: impl Fn(u32, u32) -> u32) {
    let DynamicImage::ImageRgba8(pixels) = image else { return };
    for pixel in pixels.pixels_mut() {
        let [colours @ .., alpha] = &mut pixel.0;
        if *alpha != u8::MAX {
            for colour in colours {
                *colour = u8::try_from(weigh(u32::from(*colour), u32::from(*alpha))).unwrap_or(u8::MAX);
            }
        }
    }
}

/// Phones and cameras write wider colours than browsers show without being told. A profile that makes no sense is left out.
fn into_srgb(image: &mut DynamicImage, profile: &[u8]) {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return };
    if profile.color_space != DataColorSpace::Rgb {
        return;
    }
    let (layout, pixels): (Layout, &mut [u8]) = match image {
        DynamicImage::ImageRgb8(pixels) => (Layout::Rgb, &mut **pixels),
        DynamicImage::ImageRgba8(pixels) => (Layout::Rgba, &mut **pixels),
        _ => return,
    };
    let srgb = ColorProfile::new_srgb();
    if let Ok(transform) = profile.create_transform_8bit(layout, &srgb, layout, TransformOptions::default()) {
        let before = pixels.to_vec();
        if transform.transform(&before, pixels).is_err() {
            pixels.copy_from_slice(&before);
        }
    }
}

fn encode(image: &DynamicImage, format: PictureFormat) -> anyhow::Result<Bytes> {
    let (pixels, width, height) = (image.as_bytes(), image.width(), image.height());
    match format {
        PictureFormat::Avif => {
            let mut file = Vec::new();
            AvifEncoder::new_with_speed_quality(&mut file, AVIF_SPEED, AVIF_QUALITY)
                .with_num_threads(Some(1))
                .write_image(pixels, width, height, image.color().into())?;
            Ok(file.into())
        }
        PictureFormat::WebP => {
            let layout = if image.color().has_alpha() { webp::PixelLayout::Rgba } else { webp::PixelLayout::Rgb };
            let file = webp::Encoder::new(pixels, layout, width, height).encode_simple(false, WEBP_QUALITY);
            let file = file.map_err(|cause| anyhow::anyhow!("libwebp: {cause:?}"))?;
            Ok(Bytes::copy_from_slice(&file))
        }
    }
}
