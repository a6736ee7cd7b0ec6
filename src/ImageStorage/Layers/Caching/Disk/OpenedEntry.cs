using ImageStorage.Caching.Entries;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.Caching.Disk;

/// <summary>An open file of the disk tier whose header was checked.</summary>
/// <param name="Handle">The file.</param>
/// <param name="Header">The header.</param>
/// <param name="PayloadOffset">The offset of the payload.</param>
/// <param name="FileLength">The length of the file.</param>
internal sealed record OpenedEntry(SafeFileHandle Handle, EntryHeader Header, long PayloadOffset, long FileLength);
