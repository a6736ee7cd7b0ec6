using ImageStorage.FileSystem.Staging;
using ImageStorage.Providers;

namespace ImageStorage.FileSystem.ImageFiles;

/// <summary>
/// Writes an image file from start to end: the payload in pieces of any length, then table, record and trailer. A small
/// file is written with one call.
/// </summary>
internal sealed class ImageFileWriter(StagedFile file) : IDisposable
{
    // Copying this many bytes takes less time than another system call.
    private const int MaxHeld = 32 * 1024;
    private const int TypicalFooterLength = 1024;

    private readonly BlockHashTable _blocks = new();
    private PooledBuffer? _held;

    /// <summary>Gets the number of payload bytes that were appended, before <see cref="Complete"/>.</summary>
    public long PayloadLength => file.Length + (_held?.Length ?? 0);

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

    /// <summary>Writes the footer, and a payload that was held back.</summary>
    public void Complete(ImageInfo info)
    {
        var table = _blocks.Complete();
        _held ??= new PooledBuffer(table.Length + TypicalFooterLength);
        AppendFooter(_held, PayloadLength, table, info);
        WriteHeld();
    }

    /// <summary>Writes the footer after a payload whose block hashes are known, with one call.</summary>
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
        RecordCodec.Write(buffer, info);
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
