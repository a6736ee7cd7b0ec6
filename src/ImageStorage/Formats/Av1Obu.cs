using ImageStorage.Providers;

namespace ImageStorage.Formats;

/// <summary>
/// Open bitstream units of AV1 ("AV1 Bitstream and Decoding Process Specification", 5.3 and 5.5): finds the dimensions
/// for which a decoder allocates. The sequence header has these dimensions, which need not agree with the dimensions
/// that the file declares.
/// </summary>
internal static class Av1Obu
{
    /// <summary>
    /// The maximum number of bytes that are needed of a unit: its header and a sequence header up to the dimensions.
    /// </summary>
    public const int MaxHead = 240;

    private const int SequenceHeader = 1;

    /// <summary>Reads the start of a unit.</summary>
    /// <param name="data">The bytes from the start of the unit on, up to <see cref="MaxHead"/>.</param>
    /// <param name="rest">The number of bytes from the start of the unit to the end of the item.</param>
    /// <param name="length">The length of the unit.</param>
    /// <param name="dimensions">The dimensions of a sequence header; null for another unit.</param>
    /// <returns>False if there is no unit, or if the unit reaches beyond the item: a decoder stops there.</returns>
    public static bool TryRead(ReadOnlySpan<byte> data, long rest, out long length, out ImageHeader? dimensions)
    {
        (length, dimensions) = (rest, null);
        if (data.IsEmpty || (data[0] & 0x81) != 0)
        {
            return false; // the forbidden bit, or the reserved one
        }

        int type = (data[0] >> 3) & 0x0F;
        int at = (data[0] & 0x04) != 0 ? 2 : 1; // with the extension byte
        if ((data[0] & 0x02) != 0)
        {
            ulong size = 0;
            int bytes = 0;
            do
            {
                if (at >= data.Length || bytes == 8)
                {
                    return false;
                }

                size |= (ulong)(data[at] & 0x7F) << (7 * bytes++);
            }
            while ((data[at++] & 0x80) != 0);

            if (size > uint.MaxValue || at + (long)size > rest)
            {
                return false;
            }

            length = at + (long)size;
        }

        if (type == SequenceHeader && at <= data.Length)
        {
            dimensions = ReadDimensions(data[at..(int)Math.Min(data.Length, length)]);
        }

        return true;
    }

    /// <summary>
    /// Returns the largest dimensions of the sequence headers among complete units, or null without a sequence header.
    /// </summary>
    public static ImageHeader? Largest(ReadOnlySpan<byte> units)
    {
        ImageHeader? largest = null;
        while (!units.IsEmpty && TryRead(units, units.Length, out long length, out ImageHeader? dimensions))
        {
            if (dimensions is { } found && (largest is null || found.PixelCount > largest.Value.PixelCount))
            {
                largest = found;
            }

            units = units[(int)length..];
        }

        return largest;
    }

    /// <summary>
    /// Reads a sequence header up to the maximum dimensions of a frame. Returns null if the header is cut off: no
    /// decoder accepts that.
    /// </summary>
    private static ImageHeader? ReadDimensions(ReadOnlySpan<byte> payload)
    {
        var bits = new BitFields(payload);
        bits.Skip(3 + 1); // profile, still picture
        if (bits.Read(1) != 0)
        {
            bits.Skip(5); // the level of a reduced header
        }
        else
        {
            SkipOperatingPoints(ref bits);
        }

        int widthBits = (int)bits.Read(4) + 1;
        int heightBits = (int)bits.Read(4) + 1;
        var dimensions = new ImageHeader((int)bits.Read(widthBits) + 1, (int)bits.Read(heightBits) + 1);
        return bits.IsShort ? null : dimensions;
    }

    private static void SkipOperatingPoints(ref BitFields bits)
    {
        bool hasDecoderModel = false;
        int delayBits = 0;
        if (bits.Read(1) != 0)
        {
            bits.Skip(32 + 32); // timing
            if (bits.Read(1) != 0)
            {
                bits.SkipVariable();
            }

            hasDecoderModel = bits.Read(1) != 0;
            if (hasDecoderModel)
            {
                delayBits = (int)bits.Read(5) + 1;
                bits.Skip(32 + 5 + 5);
            }
        }

        bool hasDisplayDelay = bits.Read(1) != 0;
        for (uint points = bits.Read(5) + 1; points > 0 && !bits.IsShort; points--)
        {
            bits.Skip(12);
            bits.Skip(bits.Read(5) > 7 ? 1 : 0); // level, tier
            if (hasDecoderModel && bits.Read(1) != 0)
            {
                bits.Skip((2 * delayBits) + 1);
            }

            if (hasDisplayDelay && bits.Read(1) != 0)
            {
                bits.Skip(4);
            }
        }
    }

    /// <summary>
    /// Reads bits from the most significant down. Reading past the end returns zeros and sets <see cref="IsShort"/>.
    /// </summary>
    private ref struct BitFields(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _at;

        public readonly bool IsShort => _at > 8 * _bytes.Length;

        public void Skip(int count) => _at += count;

        public uint Read(int count)
        {
            uint value = 0;
            for (int i = 0; i < count; i++, _at++)
            {
                value = (value << 1) | (_at < 8 * _bytes.Length ? (uint)(_bytes[_at / 8] >> (7 - (_at % 8))) & 1 : 0);
            }

            return value;
        }

        /// <summary>Skips a number of variable length (uvlc): n zeros, a one, and n bits.</summary>
        public void SkipVariable()
        {
            int zeros = 0;
            while (!IsShort && Read(1) == 0)
            {
                zeros++;
            }

            Skip(zeros < 32 ? zeros : 0);
        }
    }
}
