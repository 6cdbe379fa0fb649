//! Gives back to the system what of the program's code only its start has used. Of code that is touched the system keeps the 64 KiB
//! around it in memory, and as the program's for as long as it runs: of a shop that waits, two thirds of that is of its start.
//!
//! A crate of its own, because this asks for the one unsafe call of the workspace.

use std::{fs, io};

/// Makes the system forget which pages of the program's code this process has in memory. What is used again comes back from the file, or
/// from the system's cache of it, a fault for each 64 KiB. Returns how many bytes of code there are, touched or not; none where some of
/// it is not as it stands in the file.
///
/// # Errors
/// When the system does not say where the code lies, or refuses.
#[cfg(target_os = "linux")]
pub fn release() -> io::Result<usize> {
    let program = fs::read_link("/proc/self/exe")?;
    let memory = fs::read_to_string("/proc/self/smaps")?;
    let mut released = 0;
    for (from, to) in unchanged_code(&memory, &program.to_string_lossy()) {
        // SAFETY: a private mapping of a file that is executed and, as its permissions say, written by nobody. It has no page of this
        // process' own, as a debugger makes for a breakpoint, the system for a probe and a linker for addresses within code: every
        // page is as it stands in the file, and comes from there when it is touched again.
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

/// Where /proc/self/smaps says that code of the program lies which is as it stands in its file.
#[cfg(any(target_os = "linux", test))]
fn unchanged_code(memory: &str, program: &str) -> Vec<(usize, usize)> {
    let (mut found, mut is_of_code) = (Vec::new(), false);
    for line in memory.lines() {
        // What is said of a mapping stands below it, by names that begin with a capital letter.
        if line.starts_with(|first: char| first.is_ascii_uppercase()) {
            if is_of_code && is_changed(line) {
                found.pop();
                is_of_code = false;
            }
        } else {
            let code = code_of(line, program);
            is_of_code = code.is_some();
            found.extend(code);
        }
    }
    found
}

/// Pages that are a process' own are anonymous, in memory or put aside.
#[cfg(any(target_os = "linux", test))]
fn is_changed(line: &str) -> bool {
    let own = line.strip_prefix("Anonymous:").or_else(|| line.strip_prefix("Swap:"));
    own.is_some_and(|size| size.trim() != "0 kB")
}

/// Where a line that begins a mapping says that code of the program lies: private, executed and not written.
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

    #[test]
    fn code_that_somebody_has_changed_stays() {
        let code = |from: &str, to: &str, anonymous: u32, swap: u32| {
            format!(
                "{from}-{to} r-xp 00001000 fe:00 12       /shop\nSize:    4 kB\nRss:    4 kB\nAnonymous:    {anonymous} kB\n\
                 AnonHugePages:    0 kB\nSwap:    {swap} kB\nSwapPss:    0 kB\nVmFlags: rd ex mr mw me\n"
            )
        };
        let data = "c000-d000 rw-p 00000000 00:00 0       [heap]\nAnonymous:    8 kB\nSwap:    4 kB\n";
        let one = code("a000", "b000", 0, 0);
        assert_eq!(unchanged_code(&format!("{one}{data}"), "/shop"), [(0xa000, 0xb000)]);
        for changed in [code("b000", "c000", 4, 0), code("b000", "c000", 0, 4), code("b000", "c000", 4, 4)] {
            let all = [one.as_str(), &changed, data, &code("d000", "e000", 0, 0)].concat();
            assert_eq!(unchanged_code(&all, "/shop"), [(0xa000, 0xb000), (0xd000, 0xe000)], "{changed}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_program_goes_on_without_it() {
        assert!(release().unwrap() > 0);
        assert!(release().unwrap() > 0, "and again");
    }
}
