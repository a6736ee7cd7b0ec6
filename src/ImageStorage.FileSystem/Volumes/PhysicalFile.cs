using Microsoft.Win32.SafeHandles;

namespace ImageStorage.FileSystem.Volumes;

/// <summary>A file of the real file system.</summary>
internal sealed class PhysicalFile(SafeFileHandle handle, string path) : VolumeFile
{
    private readonly SafeFileHandle _handle = handle;

    public override long Length
    {
        get
        {
            try
            {
                return RandomAccess.GetLength(_handle);
            }
            catch (NotSupportedException)
            {
                // A FIFO, a socket or a device has no bytes of the store.
                return 0;
            }
        }
    }

    public override int Read(Span<byte> buffer, long offset)
    {
        if (!OperatingSystem.IsWindows() && UnixCalls.HasFileCalls)
        {
            return UnixCalls.Read(_handle, buffer, offset, path);
        }

        var total = 0;
        while (total < buffer.Length)
        {
            var read = RandomAccess.Read(_handle, buffer[total..], offset + total);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }

    public override void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(_handle, bytes, offset);

    public override int CopyFrom(VolumeFile source, long offset, int length)
    {
        // If the kernel cannot copy, or reports the end of the source, reading decides.
        var copied = !OperatingSystem.IsWindows() && UnixCalls.HasFileCalls && source is PhysicalFile file ? UnixCalls.CopyRange(file._handle, _handle, offset, length, path) : 0;
        return copied == length ? copied : copied + WriteFrom(source, offset + copied, length - copied);
    }

    public override void StartFlush(long length)
    {
        if (!OperatingSystem.IsWindows())
        {
            UnixCalls.StartFlush(_handle, length);
        }
    }

    public override void Flush()
    {
        if (OperatingSystem.IsWindows())
        {
            // Windows reports a failure of FlushFileBuffers, so the flush of .NET is correct here.
#pragma warning disable RS0030
            RandomAccess.FlushToDisk(_handle);
#pragma warning restore RS0030
        }
        else
        {
            UnixCalls.Flush(_handle, path);
        }
    }

    protected override void Dispose(bool disposing) => _handle.Dispose();
}
