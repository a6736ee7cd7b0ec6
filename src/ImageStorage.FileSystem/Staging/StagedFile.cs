using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Staging;

/// <summary>A file that is being written and not yet visible. Disposed without having been committed, it is deleted.</summary>
internal sealed class StagedFile(IVolume volume, string path, VolumeFile? file) : IDisposable
{
    private const long MinStarted = 64 << 10;
    private const long PageLength = 4 << 10;

    private VolumeFile? _file = file;
    private bool _disposed;

    /// <summary>Is the file visible under its final name?</summary>
    public bool IsCommitted { get; private set; }

    /// <summary>The number of bytes written so far.</summary>
    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _file!.Write(bytes, Length);
        Length += bytes.Length;
    }

    /// <summary>Lets the system begin to write what was appended, where it is to be made durable and long enough for that to pay.</summary>
    public void StartFlush(Durability durability)
    {
        if (durability == Durability.Full && Length >= MinStarted)
        {
            // Without the last page: what is still to come goes there, and it would be written twice.
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

    /// <summary>Makes the file visible under its final name, whole, replacing what was there.</summary>
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
            // The failure that led here is the one to report; the file is reclaimed when the store is next opened.
        }
    }
}
