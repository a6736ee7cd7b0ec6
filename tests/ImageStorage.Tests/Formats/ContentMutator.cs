namespace ImageStorage.Tests.Formats;

/// <summary>
/// Damages bytes as transfers and attackers do: flipped bits, runs that are overwritten, inserted, removed or moved,
/// fields set to extremes.
/// </summary>
internal sealed class ContentMutator(Random random)
{
    private static readonly byte[][] Extremes =
    [
        [0x00], [0x01], [0x7F], [0x80], [0xFF],
        [0, 0], [0, 1], [0, 2], [1, 0], [0x7F, 0xFF], [0x80, 0], [0xFF, 0xFE], [0xFF, 0xFF],
        [0, 0, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0], [0, 0, 0, 8], [0x7F, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [0x80, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF],
        [0xFF, 0xFF, 0xFF, 0xF8], [0xF8, 0xFF, 0xFF, 0xFF], [0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    ];

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _length;

    /// <summary>A damaged copy of a source of at most half the buffer; valid until the next call.</summary>
    public Span<byte> Mutate(ReadOnlySpan<byte> source, ReadOnlySpan<byte> donor)
    {
        source.CopyTo(_buffer);
        _length = source.Length;
        for (int times = 1 + random.Next(6); times > 0; times--)
        {
            MutateOnce(donor);
        }

        return _buffer.AsSpan(0, _length);
    }

    private void MutateOnce(ReadOnlySpan<byte> donor)
    {
        int at = At();
        int run = Math.Min(1 + random.Next(random.Next(4) == 0 ? 300 : 12), _length - at);
        switch (random.Next(8))
        {
            case 0 or 1:
                if (_length > 0)
                {
                    _buffer[at] ^= (byte)(1 << random.Next(8));
                }

                break;
            case 2 or 3:
                byte[] extreme = Extremes[random.Next(Extremes.Length)];
                extreme.AsSpan(0, Math.Min(extreme.Length, _length - at)).CopyTo(_buffer.AsSpan(at));
                break;
            case 4:
                random.NextBytes(_buffer.AsSpan(at, run));
                break;
            case 5:
                _buffer.AsSpan(at + run, _length - at - run).CopyTo(_buffer.AsSpan(at));
                _length -= run;
                break;
            case 6:
                Insert(at, [], run);
                break;
            default:
                int from = random.Next(donor.Length);
                Insert(at, donor.Slice(from, Math.Min(1 + random.Next(64), donor.Length - from)), 0);
                break;
        }
    }

    /// <summary>Returns a random position, more often near the start, where the fields are.</summary>
    private int At() => _length == 0 ? 0 : random.Next(random.Next(3) == 0 ? _length : Math.Min(_length, 300));

    /// <summary>Inserts bytes, or repeats existing bytes.</summary>
    private void Insert(int at, ReadOnlySpan<byte> bytes, int repeated)
    {
        int count = bytes.Length + repeated;
        if (_length + count > _buffer.Length)
        {
            return;
        }

        _buffer.AsSpan(at, _length - at).CopyTo(_buffer.AsSpan(at + count));
        bytes.CopyTo(_buffer.AsSpan(at));
        _length += count;
    }
}
