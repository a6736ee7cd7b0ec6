using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Staging;

/// <summary>
/// A file that is being written and not yet visible. If it is disposed without a commit, it is deleted.
/// </summary>
internal sealed class StagedFile(IVolume volume, string path, VolumeFile? file) : IDisposable
{
    private const long MinStarted = 64 << 10;
    private const long PageLength = 4 << 10;

    // Bounds the time until a cancellation is noticed.
    private const int MaxCopied = 8 << 20;

    private VolumeFile? _file = file;
    private bool _disposed;

    /// <summary>Gets a value that indicates whether the file is visible under its final name.</summary>
    public bool IsCommitted { get; private set; }

    /// <summary>Gets the number of bytes written so far.</summary>
    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _file!.Write(bytes, Length);
        Length += bytes.Length;
    }

    /// <summary>Appends the first bytes of another file to this file, which is empty.</summary>
    /// <returns><see langword="false"/> if the other file has fewer bytes.</returns>
    public bool AppendFrom(VolumeFile source, long length, CancellationToken cancellationToken)
    {
        while (Length < length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var copied = _file!.CopyFrom(source, Length, (int)Math.Min(MaxCopied, length - Length));
            if (copied == 0)
            {
                return false;
            }

            Length += copied;
        }

        return true;
    }

    /// <summary>Reads appended bytes back.</summary>
    public int Read(Span<byte> buffer, long offset) => _file!.Read(buffer, offset);

    /// <summary>
    /// Starts writing the appended bytes to the medium, if they will be flushed and are long enough to benefit.
    /// </summary>
    public void StartFlush(Durability durability)
    {
        if (durability == Durability.Full && Length >= MinStarted)
        {
            // Without the last page: more bytes follow in it, and it would be written twice.
            _file!.StartFlush(Length & ~(PageLength - 1));
        }
    }

    /// <summary>Makes the bytes durable and closes the file, so that it can be moved on every platform.</summary>
    public void Finish(Durability durability)
    {
        if (durability == Durability.Full)
        {
            _file!.Flush();
        }

        _file!.Dispose();
        _file = null;
    }

    /// <summary>Makes the file visible under its final name by one rename, which replaces an existing file.</summary>
    public void CommitTo(string target)
    {
        volume.MoveOver(path, target);
        IsCommitted = true;
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
        if (IsCommitted || _disposed)
        {
            return;
        }

        _disposed = true;
        try
        {
            volume.DeleteFile(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is reported. The file is deleted when the store is next opened for writing.
        }
    }
}
