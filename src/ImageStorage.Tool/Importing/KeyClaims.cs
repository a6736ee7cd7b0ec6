using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace ImageStorage.Tool.Importing;

/// <summary>
/// Sees to it that two files whose names differ only in their Unicode normalization do not end under one key, the second
/// over the first. Only names that had to be normalized are remembered, as hashes: there are few, and 16 bytes each.
/// </summary>
internal sealed class KeyClaims(string root)
{
    private readonly Lock _gate = new();
    private readonly HashSet<UInt128> _normalized = [];

    /// <summary>May the file at this path be stored under the key that its normalized path makes?</summary>
    public bool TryClaim(string path, string normalizedPath)
    {
        // The file systems of macOS hold such names for equal, so that there is never a second file.
        if (OperatingSystem.IsMacOS() || string.Equals(path, normalizedPath, StringComparison.Ordinal))
        {
            return true;
        }

        if (File.Exists(Path.Join(root, normalizedPath)))
        {
            return false;
        }

        lock (_gate)
        {
            return _normalized.Add(XxHash128.HashToUInt128(MemoryMarshal.AsBytes(normalizedPath.AsSpan())));
        }
    }
}
