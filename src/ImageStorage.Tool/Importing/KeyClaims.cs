using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace ImageStorage.Tool.Importing;

/// <summary>
/// Prevents that a file overwrites another file whose name differs only in its Unicode normalization, and so has the
/// same key. Only names that had to be normalized are remembered, as hashes of 16 bytes: such names are few.
/// </summary>
internal sealed class KeyClaims(string root)
{
    private readonly Lock _gate = new();
    private readonly HashSet<UInt128> _normalized = [];

    /// <summary>Returns whether the file may be stored under the key of its normalized path.</summary>
    public bool TryClaim(string path, string normalizedPath)
    {
        // The file systems of macOS treat such names as equal, so there is never a second file.
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
