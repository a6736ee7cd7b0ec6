using ImageStorage.Caching.Entries;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.Caching.Disk;

/// <summary>A file of the disk tier, open, with its front checked.</summary>
/// <param name="Handle">The file.</param>
/// <param name="Front">What its front says.</param>
/// <param name="PayloadOffset">Where the image begins.</param>
/// <param name="FileLength">The length of the file.</param>
internal sealed record OpenedEntry(SafeFileHandle Handle, EntryFront Front, long PayloadOffset, long FileLength);
