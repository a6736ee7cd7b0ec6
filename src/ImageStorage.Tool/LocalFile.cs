namespace ImageStorage.Tool;

/// <summary>Files on this machine that are read from and written to.</summary>
internal static class LocalFile
{
    public static FileStream OpenRead(string path) =>
        // Buffering is off: what reads it reads large pieces.
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan | FileOptions.Asynchronous);

    /// <summary>
    /// Writes a file whole or not at all: into a new file beside it, which takes its name at the end. A failure leaves
    /// what was there before.
    /// </summary>
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        if (Directory.Exists(path))
        {
            throw new ToolException($"'{path}' is a folder: name the file to write.");
        }

        // A device must be written to; a rename would put a plain file in its place.
        if (IsDevice(path))
        {
            await using var device = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            await write(device);
            return;
        }

        var full = Path.GetFullPath(path);
        var part = Path.Join(Path.GetDirectoryName(full), $".imagestorage-{Guid.NewGuid():n}.part");
        try
        {
            await using (var stream = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
            {
                await write(stream);
            }

            File.Move(part, full, overwrite: true);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    private static bool IsDevice(string path) => !OperatingSystem.IsWindows() && Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal);
}
