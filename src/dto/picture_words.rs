//! The words for files that are no pictures.

use crate::domain::PictureProblem;

/// Why a file is not taken, or was not made into a picture.
pub const fn picture_problem(problem: PictureProblem) -> &'static str {
    match problem {
        PictureProblem::Empty => "This file is empty.",
        PictureProblem::TooHeavy => "This file is larger than 20 MB. Please export it smaller.",
        PictureProblem::NotAPicture => "This is no picture that can be shown. JPEG, PNG and WebP can.",
        PictureProblem::Svg => "SVG drawings can hold programs, so they are not taken. Please export it as PNG.",
        PictureProblem::Gif => "This is a GIF. Please save it as JPEG or PNG.",
        PictureProblem::Heic => {
            "This is a HEIC file of a phone. Please save it as JPEG, or set the camera to “most compatible”."
        }
        PictureProblem::Avif => "This is an AVIF file. Please upload the JPEG or PNG it was made of.",
        PictureProblem::TooManyPixels => "This picture has more than 50 megapixels. Please export it smaller.",
        PictureProblem::TooSmall => "This picture is too small: at least 64 pixels each way, better 1600.",
        PictureProblem::TooNarrow => "One side of this picture is more than ten times longer than the other.",
        PictureProblem::Truncated => "The end of this file is missing. Please copy or export it again.",
        PictureProblem::Damaged => "This file begins like a picture and cannot be read. Please export it again.",
        PictureProblem::TooMany => "A product has at most 20 pictures. Please remove one first.",
        PictureProblem::Lost => "What was uploaded is not there any more. Please upload it again.",
        PictureProblem::Unmade => {
            "Its sizes could not be made, though it was tried several times. Please export it anew and upload it again."
        }
    }
}
