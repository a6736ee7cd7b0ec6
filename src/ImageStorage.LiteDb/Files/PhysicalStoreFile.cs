using Microsoft.Win32.SafeHandles;

namespace ImageStorage.LiteDb.Files;

/// <summary>A file of the real file system.</summary>
internal sealed class PhysicalStoreFile(string path, SafeFileHandle handle) : StoreFile
{
    private readonly FileIdentity _identity = new(path, handle);

    public override long Length => RandomAccess.GetLength(handle);

    public override bool IsInPlace => _identity.IsInPlace();

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
