//! Gives back to the system what of the program's code only its start has used. Of code that is touched the system keeps the 64 KiB
//! around it in memory, and as the program's for as long as it runs: of a shop that waits, two thirds of that is of its start.
//!
//! A crate of its own, because this asks for the one unsafe call of the workspace.

use std::{fs, io};

/// Makes the system forget which pages of the program's code this process has in memory. What is used again comes back from the file, or
/// from the system's cache of it, a fault for each 64 KiB. Returns how many bytes of code there are, touched or not.
///
/// # Errors
/// When the system does not say where the code lies, or refuses.
#[cfg(target_os = "linux")]
pub fn release() -> io::Result<usize> {
    let program = fs::read_link("/proc/self/exe")?;
    let maps = fs::read_to_string("/proc/self/maps")?;
    let mut released = 0;
    for (from, to) in maps.lines().filter_map(|line| code_of(line, &program.to_string_lossy())) {
        // SAFETY: a private mapping of a file that is executed and, as its permissions say, never written by this process, nor by
        // another while it runs (ETXTBSY): every page is as it stands in the file, and comes from there when it is touched again.
        #[allow(unsafe_code)]
        let refused = unsafe { libc::madvise(std::ptr::without_provenance_mut(from), to - from, libc::MADV_DONTNEED) };
        if refused != 0 {
            return Err(io::Error::last_os_error());
        }
        released += to - from;
    }
    Ok(released)
}

/// Elsewhere nothing is known to be kept.
///
/// # Errors
/// None.
#[cfg(not(target_os = "linux"))]
pub fn release() -> io::Result<usize> {
    Ok(0)
}

/// Where a line of /proc/self/maps says that code of the program lies: private, executed and not written.
#[cfg(any(target_os = "linux", test))]
fn code_of(line: &str, program: &str) -> Option<(usize, usize)> {
    let (range, rest) = line.split_once(' ')?;
    let (permissions, rest) = rest.split_once(' ')?;
    // Offset, device and inode come before the name, which may have blanks in it.
    let name = rest.splitn(4, ' ').nth(3)?.trim_start();
    if permissions != "r-xp" || name != program {
        return None;
    }
    let (from, to) = range.split_once('-')?;
    Some((usize::from_str_radix(from, 16).ok()?, usize::from_str_radix(to, 16).ok()?)).filter(|(from, to)| from < to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_of_the_program_itself_is_given_back() {
        let program = "/opt/the shop/small-ecommerce";
        let code = format!("55d0c0400000-55d0c0500000 r-xp 00100000 fe:00 1234                       {program}");
        assert_eq!(code_of(&code, program), Some((0x55d0_c040_0000, 0x55d0_c050_0000)));
        for other in [
            code.replace("r-xp", "r--p"),
            code.replace("r-xp", "rwxp"),
            code.replace("r-xp", "r-xs"),
            code.replace(program, "/usr/lib/x86_64-linux-gnu/libc.so.6"),
            code.replace(program, ""),
            "7ffc9d5fe000-7ffc9d600000 r-xp 00000000 00:00 0                          [vdso]".to_owned(),
            "no line of it".to_owned(),
            String::new(),
        ] {
            assert_eq!(code_of(&other, program), None, "{other}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_program_goes_on_without_it() {
        assert!(release().unwrap() > 0);
        assert!(release().unwrap() > 0, "and again");
    }
}
