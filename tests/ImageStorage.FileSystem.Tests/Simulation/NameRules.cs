using System.Text;

namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>The rules of a simulated file system for names: which are equal, and which are refused.</summary>
internal sealed class NameRules
{
    private static readonly string[] Devices =
    [
        "CON", "PRN", "AUX", "NUL", "CLOCK$", "CONIN$", "CONOUT$",
        .. Enumerable.Range(0, 10).SelectMany(digit => new[] { $"COM{digit}", $"LPT{digit}" }),
    ];

    private readonly bool _strict;

    private NameRules(bool strict) => _strict = strict;

    /// <summary>Names are bytes, as on ext4.</summary>
    public static NameRules Posix { get; } = new(strict: false);

    /// <summary>
    /// The rules of all file systems at once: case and normalisation are ignored (NTFS, APFS), reserved names and
    /// characters of Windows are refused, and a name has at most 143 bytes (eCryptfs).
    /// </summary>
    public static NameRules Strictest { get; } = new(strict: true);

    public string Fold(string name) => _strict ? name.Normalize(NormalizationForm.FormD).ToUpperInvariant() : name;

    /// <summary>Returns the reason why a name is refused, or <see langword="null"/>.</summary>
    public string? Violation(string name)
    {
        if (name.Length == 0 || name is "." or ".." || name.Contains('/', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal))
        {
            return "no name at all";
        }

        if (!_strict)
        {
            return Encoding.UTF8.GetByteCount(name) > 255 ? "longer than 255 bytes" : null;
        }

        var stem = name.Split('.')[0].TrimEnd(' ').ToUpperInvariant();
        return Encoding.UTF8.GetByteCount(name) > 143 ? "longer than 143 bytes"
            : name[^1] is '.' or ' ' ? "ends with a dot or a space"
            : name.Any(c => c < ' ' || "<>:\"|?*\\".Contains(c, StringComparison.Ordinal)) ? "has a character that Windows refuses"
            : Devices.Contains(stem, StringComparer.Ordinal) ? "is a Windows device"
            : null;
    }
}
