namespace ImageStorage.Tool.Files;

/// <summary>Files on this machine that are read from and written to.</summary>
internal static class LocalFile
{
    /// <exception cref="ToolException">The path is that of a folder.</exception>
    public static FileStream OpenRead(string path) => Directory.Exists(path)
        ? throw new ToolException($"'{path}' is a folder: use put for a file, and import for a folder.")
        // Buffering is off: the readers read large pieces.
        : new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan | FileOptions.Asynchronous);

    /// <summary>
    /// Writes to an output of the command. A regular file is written completely or not at all: into a new file beside it,
    /// which is renamed at the end, so a failure leaves the old file unchanged. A pipe, device or descriptor is written
    /// as the bytes arrive.
    /// </summary>
    /// <exception cref="ToolException">The output cannot be written; the message names it as the user did.</exception>
    public static async Task WriteAsync(OutputTarget target, Func<Stream, Task> write)
    {
        try
        {
            switch (target.Kind)
            {
                case OutputKind.Descriptor:
                    await using (var stream = new DescriptorStream(target.Descriptor))
                    {
                        await write(stream);
                    }

                    break;
                case OutputKind.Special:
                    await using (var stream = new FileStream(target.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
                    {
                        await write(stream);
                    }

                    break;
                default:
                    await ReplaceAsync(target, write);
                    break;
            }
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new ToolException($"'{target.Name}' cannot be written: access is denied.", exception);
        }
    }

    private static async Task ReplaceAsync(OutputTarget target, Func<Stream, Task> write)
    {
        var folder = Path.GetDirectoryName(target.Path)!;
        if (!Directory.Exists(folder))
        {
            throw new ToolException($"'{target.Name}' cannot be written: its folder does not exist. Create the folder first.");
        }

        var part = Path.Join(folder, $".imagestorage-{Guid.NewGuid():n}.part");
        try
        {
            await using (var stream = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
            {
                await write(stream);
            }

            File.Move(part, target.Path, overwrite: true);
        }
        catch (IOException exception) when (exception.Message.Contains(part, StringComparison.Ordinal))
        {
            // The user knows the name of the output and has never seen that of the temporary file.
            File.Delete(part);
            throw new ToolException(exception.Message.Replace(part, target.Name, StringComparison.Ordinal), exception);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }
}
