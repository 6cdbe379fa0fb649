//! Pictures for tests, made on the spot: red on the left, blue on the right.

use std::io::Cursor;

use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, GrayImage, ImageFormat, Rgb, RgbImage};

const RED: Rgb<u8> = Rgb([200, 30, 30]);
const BLUE: Rgb<u8> = Rgb([30, 30, 200]);
/// What a camera wrote beside the pixels.
pub const SECRET: &str = "taken at home, 52.5200 N";

fn pixels(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { RED } else { BLUE })
}

fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, format).unwrap();
    file.into_inner()
}

pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    written(&DynamicImage::ImageRgb8(pixels(width, height)), ImageFormat::Jpeg)
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    written(&DynamicImage::ImageRgb8(pixels(width, height)), ImageFormat::Png)
}

pub fn webp(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    WebPEncoder::new_lossless(&mut file)
        .encode(&pixels(width, height), width, height, image::ExtendedColorType::Rgb8)
        .unwrap();
    file
}

/// Very many pixels of nothing, in a small file.
pub fn bomb(width: u32, height: u32) -> Vec<u8> {
    written(&DynamicImage::ImageLuma8(GrayImage::new(width, height)), ImageFormat::Png)
}

/// A picture that is `opaque` on the left and not there on the right.
pub fn cut_out(width: u32, height: u32) -> Vec<u8> {
    let pixel = |x, _| image::Rgba(if x < width / 2 { [250, 250, 250, 255] } else { [0, 0, 0, 0] });
    written(&DynamicImage::ImageRgba8(image::RgbaImage::from_fn(width, height, pixel)), ImageFormat::Png)
}

/// The same JPEG with what a camera writes into it: how it was held (1 to 8), and a secret.
pub fn taken_by_camera(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let text = u32::try_from(SECRET.len()).unwrap();
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
    // Tag, kind, how many; then the value, or where it stands.
    exif.extend(b"\x0e\x01\x02\0");
    exif.extend(text.to_le_bytes());
    exif.extend(38_u32.to_le_bytes());
    exif.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    exif.extend([0; 4]);
    exif.extend(SECRET.as_bytes());
    let length = u16::try_from(exif.len() + 2).unwrap();
    [&jpeg[..2], &[0xff, 0xe1], &length.to_be_bytes(), &exif, &jpeg[2..]].concat()
}

/// The same JPEG, whose head says another size.
pub fn saying(mut jpeg: Vec<u8>, width: u16, height: u16) -> Vec<u8> {
    let frame = jpeg.windows(2).position(|bytes| bytes == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}

/// Width and height as an AVIF file says them.
pub fn avif_size(file: &[u8]) -> (u32, u32) {
    assert_eq!(&file[4..12], b"ftypavif");
    let at = file.windows(4).position(|bytes| bytes == b"ispe").unwrap() + 8;
    let side = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap());
    (side(at), side(at + 4))
}

/// A WebP file as pixels.
pub fn webp_pixels(file: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(file, ImageFormat::WebP).unwrap().into_rgb8()
}

/// Whether a pixel is more red than blue.
pub fn is_red(image: &RgbImage, x: u32, y: u32) -> bool {
    let Rgb([red, _, blue]) = *image.get_pixel(x, y);
    red > blue
}
