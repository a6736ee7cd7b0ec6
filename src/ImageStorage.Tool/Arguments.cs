using System.Text.Unicode;

namespace ImageStorage.Tool;

/// <summary>The words of the command line as the operating system passed them.</summary>
internal static class Arguments
{
    private const char Replacement = '\uFFFD';

    /// <summary>
    /// Returns whether .NET has replaced bytes that are not valid UTF-8, so that a word may name another file than the
    /// user meant. Only Linux passes such words.
    /// </summary>
    public static bool AreLossy(IReadOnlyList<string> arguments) =>
        OperatingSystem.IsLinux()
        && arguments.Any(argument => argument.Contains(Replacement, StringComparison.Ordinal))
        && !Utf8.IsValid(File.ReadAllBytes("/proc/self/cmdline"));
}
