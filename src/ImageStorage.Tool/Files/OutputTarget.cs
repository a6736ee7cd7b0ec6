using System.Globalization;

namespace ImageStorage.Tool.Files;

/// <summary>The output that a path on the command line names.</summary>
/// <param name="Name">The path as the user wrote it, for messages.</param>
/// <param name="Path">The full path with links followed, so that a link is kept and its target is written.</param>
/// <param name="Kind">How it is written.</param>
/// <param name="Descriptor">The descriptor, for <see cref="OutputKind.Descriptor"/>.</param>
internal sealed record OutputTarget(string Name, string Path, OutputKind Kind, int Descriptor = -1)
{
    private const int StandardOutputDescriptor = 1;
    private const int StandardErrorDescriptor = 2;

    // The limit of Linux.
    private const int MaxLinks = 40;

    private static readonly string[] DescriptorFolders = ["/dev/fd/", "/proc/self/fd/"];

    /// <summary>Gets whether the bytes go to standard output, so that nothing else may be printed there.</summary>
    public bool IsStandardOutput => Descriptor == StandardOutputDescriptor;

    /// <summary>Gets whether the bytes go to standard error.</summary>
    public bool IsStandardError => Descriptor == StandardErrorDescriptor;

    /// <summary>Returns the output that a path names, before a file is created beside the path.</summary>
    /// <exception cref="ToolException">The path is a folder, or links lead in a circle.</exception>
    public static OutputTarget Of(string name)
    {
        var path = System.IO.Path.GetFullPath(name);
        for (var links = 0; links < MaxLinks; links++)
        {
            if (!OperatingSystem.IsWindows() && DescriptorOf(path) is { } descriptor)
            {
                return new OutputTarget(name, path, OutputKind.Descriptor, descriptor);
            }

            if (Directory.Exists(path))
            {
                throw new ToolException($"'{name}' is a folder: name the file to write.");
            }

            if (new FileInfo(path).LinkTarget is not { } link)
            {
                return new OutputTarget(name, path, FileTypes.IsSpecial(path) ? OutputKind.Special : OutputKind.Regular);
            }

            path = System.IO.Path.GetFullPath(link, System.IO.Path.GetDirectoryName(path)!);
        }

        throw new ToolException($"'{name}' cannot be written: its links lead in a circle.");
    }

    // Opening such a path again would truncate or rewind the redirected file.
    private static int? DescriptorOf(string path)
    {
        switch (path)
        {
            case "/dev/stdout":
                return StandardOutputDescriptor;
            case "/dev/stderr":
                return StandardErrorDescriptor;
            default:
                var folder = Array.Find(DescriptorFolders, folder => path.StartsWith(folder, StringComparison.Ordinal));
                return folder is not null && int.TryParse(path.AsSpan(folder.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor) ? descriptor : null;
        }
    }
}
