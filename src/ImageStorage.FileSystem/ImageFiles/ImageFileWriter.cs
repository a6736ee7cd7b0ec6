using ImageStorage.FileSystem.Staging;

namespace ImageStorage.FileSystem.ImageFiles;

/// <summary>Writes an image file front to back: the payload in pieces of any length, then table, record and trailer. A small file is written at once.</summary>
internal sealed class ImageFileWriter(StagedFile file) : IDisposable
{
    // Copying so much takes less time than another call of the system.
    private const int MaxHeld = 32 * 1024;
    private const int TypicalFooterLength = 1024;

    private readonly BlockHasher _blocks = new();
    private PooledBuffer? _held;

    public void Append(ReadOnlySpan<byte> piece)
    {
        _blocks.Append(piece);
        if (_held is null && file.Length == 0 && piece.Length <= MaxHeld)
        {
            _held = new PooledBuffer(piece.Length + TypicalFooterLength);
            _held.Append(piece);
            return;
        }

        WriteHeld();
        file.Append(piece);
    }

    /// <summary>Writes what stands behind the payload, and the payload where that was held back.</summary>
    public void Complete(ImageInfo info)
    {
        var table = _blocks.Complete();
        _held ??= new PooledBuffer(table.Length + TypicalFooterLength);
        AppendFooter(_held, file.Length + _held.Length, table, info);
        WriteHeld();
    }

    /// <summary>Writes what stands behind a payload whose block hashes are known, with one write.</summary>
    public static void WriteFooter(StagedFile file, ReadOnlySpan<byte> table, ImageInfo info)
    {
        using var footer = new PooledBuffer(table.Length + TypicalFooterLength);
        AppendFooter(footer, file.Length, table, info);
        file.Append(footer.Written);
    }

    public void Dispose()
    {
        _held?.Dispose();
        _held = null;
        _blocks.Dispose();
    }

    private static void AppendFooter(PooledBuffer buffer, long payloadLength, ReadOnlySpan<byte> table, ImageInfo info)
    {
        var start = buffer.Length;
        buffer.Append(table);
        RecordJson.Write(buffer, info);
        var recordLength = buffer.Length - start - table.Length;
        _ = buffer.GetSpan(ImageFileFormat.TrailerLength);
        buffer.Advance(ImageFileFormat.TrailerLength);
        ImageFileFormat.WriteTrailer(buffer.Written[start..], recordLength, payloadLength);
    }

    private void WriteHeld()
    {
        if (_held is { } held)
        {
            _held = null;
            using (held)
            {
                file.Append(held.Written);
            }
        }
    }
}
