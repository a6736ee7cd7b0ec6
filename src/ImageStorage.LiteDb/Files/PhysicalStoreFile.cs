using Microsoft.Win32.SafeHandles;

namespace ImageStorage.LiteDb.Files;

/// <summary>A file of the real file system.</summary>
internal sealed class PhysicalStoreFile(SafeFileHandle handle) : StoreFile
{
    public override long Length => RandomAccess.GetLength(handle);

    public override int Read(Span<byte> buffer, long offset)
    {
        var total = 0;
        while (total < buffer.Length && RandomAccess.Read(handle, buffer[total..], offset + total) is > 0 and var read)
        {
            total += read;
        }

        return total;
    }

    public override void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(handle, bytes, offset);

    public override void SetLength(long length) => RandomAccess.SetLength(handle, length);

    public override void Flush() => CheckedFlush.File(handle);

    public override void FlushBytes() => CheckedFlush.Bytes(handle);

    protected override void Dispose(bool disposing) => handle.Dispose();
}
