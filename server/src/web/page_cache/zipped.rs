//! A kept page as gzip (RFC 1952), compressed once for all who are answered with it. The nonce of each answer stands in it in a block
//! that is stored as it is, so nothing around it is compressed anew; the checksum is put together of those of the parts.
//!
//! Who sees how long something is that was compressed may guess at what stands in it (BREACH). So these pages alone are, in which
//! nothing is anybody's own: the nonce is another each time, and is not compressed.

use bytes::Bytes;
use flate2::{Compress, Compression, Crc, FlushCompress, Status};

/// Deflate, without a name or a time, by no system in particular.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// The checksum, and how long the page is.
const END: usize = 8;
/// What stands before a nonce: the kind of its block, and its length twice.
const BEFORE_NONCE: usize = 5;

pub(super) struct Zipped(Vec<Part>);

/// Whole bytes of deflate that refer to nothing before them.
struct Part {
    packed: Vec<u8>,
    sum: Crc,
}

impl Zipped {
    /// The nonce stands between each two of the pieces. None: it cannot be done, and pages go as they are.
    pub(super) fn of(pieces: &[Bytes]) -> Option<Self> {
        let mut stream = Compress::new(Compression::fast(), false);
        let last = pieces.len().checked_sub(1)?;
        let mut parts = Vec::with_capacity(pieces.len());
        for (place, piece) in pieces.iter().enumerate() {
            let flush = if place == last { FlushCompress::Finish } else { FlushCompress::Full };
            let mut sum = Crc::new();
            sum.update(piece);
            parts.push(Part { packed: packed(&mut stream, piece, flush)?, sum });
        }
        Some(Self(parts))
    }

    /// The page with this nonce.
    pub(super) fn with(&self, nonce: &str) -> Option<Vec<u8>> {
        let length = u16::try_from(nonce.len()).ok()?;
        let mut of_nonce = Crc::new();
        of_nonce.update(nonce.as_bytes());
        let room: usize = self.0.iter().map(|part| part.packed.len() + BEFORE_NONCE + nonce.len()).sum();
        let (mut file, mut sum) = (Vec::with_capacity(HEAD.len() + room + END), Crc::new());
        file.extend_from_slice(&HEAD);
        for (place, part) in self.0.iter().enumerate() {
            if place > 0 {
                file.push(0);
                file.extend_from_slice(&length.to_le_bytes());
                file.extend_from_slice(&(!length).to_le_bytes());
                file.extend_from_slice(nonce.as_bytes());
                sum.combine(&of_nonce);
            }
            file.extend_from_slice(&part.packed);
            sum.combine(&part.sum);
        }
        file.extend_from_slice(&sum.sum().to_le_bytes());
        file.extend_from_slice(&sum.amount().to_le_bytes());
        Some(file)
    }
}

fn packed(stream: &mut Compress, piece: &[u8], flush: FlushCompress) -> Option<Vec<u8>> {
    let before = stream.total_in();
    // What does not get shorter becomes an eighth longer, and a little.
    let mut packed = Vec::with_capacity(piece.len() + piece.len() / 8 + 64);
    let status = stream.compress_vec(piece, &mut packed, flush).ok()?;
    let is_read = usize::try_from(stream.total_in() - before).ok()? == piece.len();
    let is_ended = !matches!(flush, FlushCompress::Finish) || matches!(status, Status::StreamEnd);
    // Where there is no more room there may be more to come.
    let is_whole = is_read && is_ended && packed.len() < packed.capacity();
    packed.shrink_to_fit();
    is_whole.then_some(packed)
}

/// A file of gzip as it was before; it fails for a wrong checksum or length, too.
#[cfg(test)]
pub(super) fn unpacked(file: &[u8]) -> Vec<u8> {
    let mut page = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(file), &mut page).unwrap();
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unpacked_is_the_page_with_the_nonce_of_the_answer() {
        let rows = "<tr><td class=\"price\">$24.00</td></tr>".repeat(900);
        // Nothing of it can be made shorter.
        let noise: Vec<u8> = (0..70_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        for pieces in [
            vec![&b"<script nonce=\""[..], b"\">a</script><script nonce=\"", rows.as_bytes(), b"x"],
            vec![rows.as_bytes(), noise.as_slice(), rows.as_bytes()],
            vec![rows.as_bytes()],
            vec![&b"a"[..], b"b"],
        ] {
            let pieces: Vec<Bytes> = pieces.into_iter().map(Bytes::copy_from_slice).collect();
            let zipped = Zipped::of(&pieces).unwrap();
            for nonce in ["AAAAAAAAAAAAAAAAAAAAAA", "q83vASNFZ4mrze8BI0VniQ", "price"] {
                let plain = pieces.join(nonce.as_bytes());
                assert_eq!(unpacked(&zipped.with(nonce).unwrap()), plain, "{nonce}");
            }
        }
        let pieces = [Bytes::from(rows.clone()), Bytes::from(rows.clone())];
        let file = Zipped::of(&pieces).unwrap().with("AAAAAAAAAAAAAAAAAAAAAA").unwrap();
        assert!(file.len() * 10 < rows.len(), "{} of {}", file.len(), 2 * rows.len());
    }

    #[test]
    fn a_nonce_stands_in_it_as_it_is_so_that_its_length_tells_nothing() {
        let pieces = [Bytes::from_static(b"<a>secret"), Bytes::from_static(b"</a>")];
        let zipped = Zipped::of(&pieces).unwrap();
        let [like, unlike] = ["<a>secret</a><a>secret", "0123456789abcdefghijkl"].map(|nonce| {
            let file = zipped.with(nonce).unwrap();
            assert!(file.windows(nonce.len()).any(|part| part == nonce.as_bytes()));
            file.len()
        });
        assert_eq!(like, unlike);
    }
}
