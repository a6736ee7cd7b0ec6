using ImageStorage.FileSystem.Staging;

namespace ImageStorage.FileSystem.Needles;

/// <summary>Writes an image file front to back: the payload in pieces of any length, then table, record and trailer.</summary>
internal sealed class NeedleWriter(StagedFile file) : IDisposable
{
    private readonly BlockHasher _blocks = new();

    public void Append(ReadOnlySpan<byte> piece)
    {
        file.Append(piece);
        _blocks.Append(piece);
    }

    /// <summary>Writes what stands behind the payload.</summary>
    public void Complete(ImageInfo info) => WriteTail(file, _blocks.Complete(), info);

    /// <summary>Writes what stands behind a payload whose block hashes are known, with one write.</summary>
    public static void WriteTail(StagedFile file, ReadOnlySpan<byte> table, ImageInfo info)
    {
        var payloadLength = file.Length;
        using var tail = new PooledBuffer(table.Length + 1024);
        tail.Append(table);
        RecordJson.Write(tail, info);
        var recordLength = tail.Length - table.Length;
        _ = tail.GetSpan(NeedleFormat.TrailerLength);
        tail.Advance(NeedleFormat.TrailerLength);
        NeedleFormat.WriteTrailer(tail.Written, recordLength, payloadLength);
        file.Append(tail.Written);
    }

    public void Dispose() => _blocks.Dispose();
}
