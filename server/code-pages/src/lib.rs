//! Gives back to the system what of the program's code and its constants, and of those of its libraries, only the start has used. Of
//! what is touched the system keeps the 64 KiB around it in memory, and as the program's for as long as it runs: of a shop that waits,
//! two thirds of that is of its start.
//!
//! A crate of its own, because this asks for the one unsafe call of the workspace.

use std::{fs, io};

/// Where files lie that this process only reads: code, constants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped(Vec<(usize, usize)>);

/// What is mapped now. To be asked some time before `release`, which gives back only what has lain there since: what another thread
/// has just begun to load lies as if it were only read, until its parts are put in their places and written.
///
/// # Errors
/// When the system does not say where they lie.
#[cfg(target_os = "linux")]
pub fn mapped() -> io::Result<Mapped> {
    Ok(Mapped(fs::read_to_string("/proc/self/maps")?.lines().filter_map(only_read).collect()))
}

/// Makes the system forget which pages of files that it only reads this process has in memory: code, constants. What is used again comes
/// back from the file, or from the system's cache of it, a fault for each 64 KiB. Returns how many bytes there are of them, touched or
/// not, without those of which some are not as they stand in the file, and without what was not `before`.
///
/// # Errors
/// When the system does not say where they lie, or refuses.
#[cfg(target_os = "linux")]
pub fn release(before: &Mapped) -> io::Result<usize> {
    let memory = fs::read_to_string("/proc/self/smaps")?;
    let mut released = 0;
    for (from, to) in unchanged(&memory).into_iter().filter(|place| before.0.contains(place)) {
        // SAFETY: a private mapping of a file that, as its permissions say, nobody writes, and that lay here before: no library that is
        // being loaded. It has no page of this process' own, as a debugger makes for a breakpoint, the system for a probe and a linker
        // for addresses among code and constants: every page is as it stands in the file, and comes from there when it is touched again.
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
pub fn mapped() -> io::Result<Mapped> {
    Ok(Mapped(Vec::new()))
}

/// Elsewhere nothing is known to be kept.
///
/// # Errors
/// None.
#[cfg(not(target_os = "linux"))]
pub fn release(_: &Mapped) -> io::Result<usize> {
    Ok(0)
}

/// Where /proc/self/smaps says that a file lies which is only read and is as it stands on disk.
#[cfg(any(target_os = "linux", test))]
fn unchanged(memory: &str) -> Vec<(usize, usize)> {
    let (mut found, mut is_read) = (Vec::new(), false);
    for line in memory.lines() {
        // What is said of a mapping stands below it, by names that begin with a capital letter.
        if line.starts_with(|first: char| first.is_ascii_uppercase()) {
            if is_read && is_changed(line) {
                found.pop();
                is_read = false;
            }
        } else {
            let file = only_read(line);
            is_read = file.is_some();
            found.extend(file);
        }
    }
    found
}

/// Pages that are a process' own are anonymous, in memory or put aside: addresses that the linker has set, for one. Huge ones of a pool
/// have a file's name and are counted apart.
#[cfg(any(target_os = "linux", test))]
fn is_changed(line: &str) -> bool {
    let own = ["Anonymous:", "Swap:", "Private_Hugetlb:"].into_iter().find_map(|kind| line.strip_prefix(kind));
    own.is_some_and(|size| size.trim() != "0 kB")
}

/// Where a line that begins a mapping says that a file lies: private, and executed or read, but not written.
#[cfg(any(target_os = "linux", test))]
fn only_read(line: &str) -> Option<(usize, usize)> {
    let (range, rest) = line.split_once(' ')?;
    let (permissions, rest) = rest.split_once(' ')?;
    // Offset, device and inode come before the name.
    let name = rest.splitn(4, ' ').nth(3)?.trim_start();
    if !matches!(permissions, "r-xp" | "r--p") || !name.starts_with('/') {
        return None;
    }
    let (from, to) = range.split_once('-')?;
    Some((usize::from_str_radix(from, 16).ok()?, usize::from_str_radix(to, 16).ok()?)).filter(|(from, to)| from < to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_that_nobody_writes_are_given_back() {
        let code =
            "55d0c0400000-55d0c0500000 r-xp 00100000 fe:00 1234                       /opt/the shop/small-ecommerce";
        let constants = code.replace("r-xp", "r--p");
        let library = code.replace("/opt/the shop/small-ecommerce", "/usr/lib/x86_64-linux-gnu/libc.so.6");
        for read in [code, &constants, &library] {
            assert_eq!(only_read(read), Some((0x55d0_c040_0000, 0x55d0_c050_0000)), "{read}");
        }
        for other in [
            code.replace("r-xp", "rw-p"),
            code.replace("r-xp", "rwxp"),
            code.replace("r-xp", "r-xs"),
            code.replace("r-xp", "r--s"),
            code.replace("r-xp", "---p"),
            code.replace("/opt/the shop/small-ecommerce", ""),
            "7ffc9d5fe000-7ffc9d600000 r-xp 00000000 00:00 0                          [vdso]".to_owned(),
            "no line of it".to_owned(),
            String::new(),
        ] {
            assert_eq!(only_read(&other), None, "{other}");
        }
    }

    #[test]
    fn what_somebody_has_changed_stays() {
        let code = |from: &str, to: &str, anonymous: u32, swap: u32| {
            format!(
                "{from}-{to} r-xp 00001000 fe:00 12       /shop\nSize:    4 kB\nRss:    4 kB\nAnonymous:    {anonymous} kB\n\
                 AnonHugePages:    0 kB\nSwap:    {swap} kB\nSwapPss:    0 kB\nVmFlags: rd ex mr mw me\n"
            )
        };
        let data = "c000-d000 rw-p 00000000 00:00 0       [heap]\nAnonymous:    8 kB\nSwap:    4 kB\n";
        let one = code("a000", "b000", 0, 0);
        assert_eq!(unchanged(&format!("{one}{data}")), [(0xa000, 0xb000)]);
        for changed in [code("b000", "c000", 4, 0), code("b000", "c000", 0, 4), code("b000", "c000", 4, 4)] {
            let all = [one.as_str(), &changed, data, &code("d000", "e000", 0, 0)].concat();
            assert_eq!(unchanged(&all), [(0xa000, 0xb000), (0xd000, 0xe000)], "{changed}");
        }
        let huge = "a000-b000 r--p 00000000 00:0f 12       /anon_hugepage (deleted)\nAnonymous:    0 kB\nPrivate_Hugetlb:    2048 kB\n";
        assert!(unchanged(huge).is_empty());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_program_goes_on_without_it() {
        let before = mapped().unwrap();
        assert!(release(&before).unwrap() > 0);
        assert!(release(&before).unwrap() > 0, "and again");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_did_not_lie_there_before_stays() {
        assert_eq!(release(&Mapped(Vec::new())).unwrap(), 0);
        let all = mapped().unwrap();
        let (from, to) = all.0[0];
        assert_eq!(release(&Mapped(vec![(from, to + 4096)])).unwrap(), 0, "something else lies there now");
    }
}
