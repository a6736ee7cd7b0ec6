using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace ImageStorage.Testing;

/// <summary>
/// A PNG that is generated during reads: pixels, one private chunk of noise ("noIs": ancillary, private, safe to copy),
/// the end.
/// </summary>
internal sealed class SampleStream : Stream
{
    private const int Side = 16;
    private const int CrcSize = 4;
    private static readonly byte[] End = SampleImages.PngChunk("IEND"u8, []);

    private readonly int _seed;
    private readonly byte[] _start;
    private readonly long _noiseEnd;
    private byte[]? _tail;
    private long _position;

    public SampleStream(long length, int seed)
    {
        _seed = seed;
        byte[] image = SampleImages.PngOf(Side, Side, colourType: 0, BlackPixels());
        byte[] beforeEnd = image[..^End.Length];
        Length = length;
        _noiseEnd = length - CrcSize - End.Length;
        byte[] chunkHeader = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(chunkHeader, checked((int)(_noiseEnd - beforeEnd.Length - chunkHeader.Length)));
        "noIs"u8.CopyTo(chunkHeader.AsSpan(4));
        _start = [.. beforeEnd, .. chunkHeader];
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        int wanted = (int)Math.Clamp(Length - _position, 0, buffer.Length);
        Span<byte> rest = buffer[..wanted];
        while (!rest.IsEmpty)
        {
            int count;
            if (_position < _start.Length)
            {
                count = Copy(_start.AsSpan((int)_position), rest);
            }
            else if (_position < _noiseEnd)
            {
                count = (int)Math.Min(rest.Length, _noiseEnd - _position);
                SampleNoise.Fill(_seed, _position - _start.Length, rest[..count]);
            }
            else
            {
                count = Copy((_tail ??= MakeTail()).AsSpan((int)(_position - _noiseEnd)), rest);
            }

            rest = rest[count..];
            _position += count;
        }

        return wanted;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<int>(cancellationToken)
            : ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("A sample stream is read-only.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A sample stream is read-only.");

    private static int Copy(ReadOnlySpan<byte> source, Span<byte> target)
    {
        int count = Math.Min(source.Length, target.Length);
        source[..count].CopyTo(target);
        return count;
    }

    private static byte[] BlackPixels()
    {
        using var deflated = new MemoryStream();
        using (var zlib = new ZLibStream(deflated, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(new byte[Side * (1 + Side)]); // a filter byte before each row
        }

        return deflated.ToArray();
    }

    /// <summary>Computes the end of the file: the checksum over all noise of the chunk, and the last chunk.</summary>
    private byte[] MakeTail()
    {
        var crc = new Crc32();
        crc.Append(_start.AsSpan(_start.Length - 4)); // the checksum includes the type
        byte[] piece = new byte[16 * 1024];
        for (long position = _start.Length; position < _noiseEnd; position += piece.Length)
        {
            Span<byte> noise = piece.AsSpan(0, (int)Math.Min(piece.Length, _noiseEnd - position));
            SampleNoise.Fill(_seed, position - _start.Length, noise);
            crc.Append(noise);
        }

        byte[] tail = new byte[CrcSize + End.Length];
        BinaryPrimitives.WriteUInt32BigEndian(tail, crc.GetCurrentHashAsUInt32());
        End.CopyTo(tail, CrcSize);
        return tail;
    }
}
