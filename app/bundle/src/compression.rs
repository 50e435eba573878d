//! Compressed variants of a file, made once during the build and never for a request.

use std::io::{self, Write as _};

use brotli::enc::BrotliEncoderParams;

/// Compresses a file's content.
pub(crate) type Compress = fn(&[u8]) -> io::Result<Vec<u8>>;

/// The two encodings that browsers accept, with the extensions of their files.
pub(crate) const ENCODINGS: [(&str, Compress); 2] = [("br", brotli), ("gz", gzip)];

/// The highest quality. The window is large enough for the largest file.
fn brotli(content: &[u8]) -> io::Result<Vec<u8>> {
    let params =
        BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: content.len(), ..BrotliEncoderParams::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut { content }, &mut out, &params)?;
    Ok(out)
}

fn gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(content)?;
    out.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn compressed_content_decompresses_to_the_original() {
        let text = "A person who agreed to a list of consequences gets exactly those. ".repeat(40).into_bytes();

        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut brotli(&text).unwrap().as_slice(), &mut plain).unwrap();
        assert_eq!(plain, text);

        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(gzip(&text).unwrap().as_slice()).read_to_end(&mut plain).unwrap();
        assert_eq!(plain, text);
    }
}
