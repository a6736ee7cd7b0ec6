using Microsoft.Win32.SafeHandles;

namespace ImageStorage.FileSystem.Volumes;

/// <summary>A file of the real file system.</summary>
internal sealed class PhysicalFile(SafeFileHandle handle, string path) : VolumeFile
{
    public override long Length => RandomAccess.GetLength(handle);

    public override int Read(Span<byte> buffer, long offset)
    {
        if (!OperatingSystem.IsWindows() && UnixCalls.HasFileCalls)
        {
            return UnixCalls.Read(handle, buffer, offset, path);
        }

        var total = 0;
        while (total < buffer.Length)
        {
            var read = RandomAccess.Read(handle, buffer[total..], offset + total);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }

    public override void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(handle, bytes, offset);

    public override void StartFlush(long length)
    {
        if (!OperatingSystem.IsWindows())
        {
            UnixCalls.StartFlush(handle, length);
        }
    }

    public override void Flush()
    {
        if (OperatingSystem.IsWindows())
        {
            // Windows reports a failure of FlushFileBuffers, so the flush of .NET is correct here.
#pragma warning disable RS0030
            RandomAccess.FlushToDisk(handle);
#pragma warning restore RS0030
        }
        else
        {
            UnixCalls.Flush(handle, path);
        }
    }

    protected override void Dispose(bool disposing) => handle.Dispose();
}
