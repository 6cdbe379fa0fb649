//! Puts the files for browsers into the program: `SHOP_SITE_DIR` names the folder that cargo-leptos has filled. Without
//! it nothing is embedded, and the program reads them from disk: that is how development goes. And how the program is linked.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use flate2::Compression;
use flate2::write::GzEncoder;

/// The endings of ready-compressed files, and the fields they stand in.
const PACKED: [(&str, &str); 2] = [("br", "brotli"), ("gz", "gzip")];

/// In bytes, of a file for browsers: it is worth its place once, and not twice.
const LARGE: usize = 256 * 1024;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-env-changed=SHOP_SITE_DIR");
    println!("cargo::rerun-if-changed=build.rs");
    if env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|env| env == "gnu") {
        // A megabyte less that is read at every start: relative relocations are packed (glibc 2.36 where it runs).
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
        // What is compiled to the same twice stands there once, where it is rust-lld that links; nothing here asks whether two
        // functions are one.
        if env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "x86_64")
            && env::var("PROFILE").is_ok_and(|it| it == "release")
        {
            println!("cargo::rustc-link-arg-bins=-Wl,--icf=all");
        }
    }
    let mut files = BTreeMap::new();
    if let Some(folder) = env::var_os("SHOP_SITE_DIR").filter(|folder| !folder.is_empty()) {
        let folder = PathBuf::from(folder);
        println!("cargo::rerun-if-changed={}", folder.display());
        let root = folder.canonicalize().map_err(|cause| format!("SHOP_SITE_DIR, {}: {cause}", folder.display()))?;
        find(&root, &root, &mut files)?;
        if files.is_empty() {
            return Err(format!("SHOP_SITE_DIR, {}: there is nothing in it", root.display()).into());
        }
    }
    // All texts in one piece: strewn among the pictures, each address that is read would bring pictures into memory.
    let (mut texts, mut table) = (String::new(), String::new());
    for (address, file) in &files {
        let is_packed = PACKED.iter().any(|(ending, _)| {
            address.strip_suffix(&format!(".{ending}")).is_some_and(|plain| files.contains_key(plain))
        });
        if !is_packed {
            entry(&mut table, &mut texts, &files, address, file)?;
        }
    }
    let table = format!("{{ static TEXTS: &str = {texts:?};\nlet _ = part(TEXTS, 0, 0);\n&[\n{table}] }}");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("embedded.rs"), table)?;
    Ok(())
}

/// Every file below a folder, by its address.
fn find(root: &Path, folder: &Path, files: &mut BTreeMap<String, PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(root, &path, files)?;
        } else if let Some(address) = path.strip_prefix(root).ok().and_then(Path::to_str)
            // Types for TypeScript, which wasm-bindgen leaves there: nothing for browsers.
            && !address.ends_with(".ts")
        {
            files.insert(format!("/{address}"), path);
        }
    }
    Ok(())
}

/// Adds a text to those in one piece, and answers how it is found there.
fn part(texts: &mut String, text: &str) -> String {
    let begin = texts.len();
    texts.push_str(text);
    format!("part(TEXTS, {begin}, {})", text.len())
}

/// One row of the table. A compressed form that saves less than a tenth is left out: pictures are small already. Where gzip saves
/// more, the plain form is: it is made of that for the few who ask for it. What cargo-leptos has packed by gzip is packed better here.
/// Of what is large (the words that a password is held against) brotli's form is left out, too, where it is hardly smaller.
fn entry(
    table: &mut String,
    texts: &mut String,
    files: &BTreeMap<String, PathBuf>,
    address: &str,
    file: &Path,
) -> Result<(), Box<dyn std::error::Error>> {
    let content = fs::read(file)?;
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    let named = part(texts, address);
    let tag = format!("{:016x}", hasher.finish());
    let etag = part(texts, &format!("\"{tag}\""));
    let mut forms = Vec::new();
    for (ending, field) in PACKED {
        let mut path = files.get(&format!("{address}.{ending}")).cloned();
        if ending == "gz" && path.is_some() {
            let better = Path::new(&env::var("OUT_DIR")?).join(format!("{tag}.gz"));
            fs::write(&better, gzip(&content)?)?;
            path = Some(better);
        }
        let saves = |path: &PathBuf| fs::metadata(path).is_ok_and(|m| m.len() * 10 < content.len() as u64 * 9);
        forms.push((field, path.filter(saves)));
    }
    if let [(_, brotli), (_, Some(gzip))] = forms.as_mut_slice()
        && content.len() > LARGE
        && brotli.as_ref().is_some_and(|path| hardly_smaller(path, gzip))
    {
        *brotli = None;
    }
    let is_made = forms.iter().any(|(field, path)| *field == "gzip" && path.is_some());
    forms.push(("plain", (!is_made).then(|| file.to_owned())));
    write!(table, "File {{ address: {named}, etag: {etag}")?;
    for (field, path) in forms {
        match path {
            Some(path) => write!(table, ", {field}: Some(include_bytes!({path:?}))")?,
            None => write!(table, ", {field}: None")?,
        }
    }
    writeln!(table, " }},")?;
    Ok(())
}

/// Whether a packed form saves less than an eighth of another.
fn hardly_smaller(one: &Path, other: &Path) -> bool {
    let length = |path| fs::metadata(path).map_or(0, |m| m.len());
    length(one) * 8 > length(other) * 7
}

fn gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(content)?;
    packed.finish()
}
