using System.Buffers.Binary;

namespace ImageStorage.Testing;

/// <summary>
/// Creates a lossless WebP (RFC 9649) of one colour: each prefix code has a single symbol of zero bits, so the pixels
/// take no bits.
/// </summary>
internal static class SampleWebP
{
    private const int MaxSide = 16_384;

    public static byte[] Make(int width, int height, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, MaxSide);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, MaxSide);

        ulong colour = SampleNoise.At(seed, 0);
        byte[] stream = new byte[20];
        int at = 0;
        Put(0x2F, 8);
        Put((uint)width - 1, 14);
        Put((uint)height - 1, 14);
        Put(0, 1 + 3); // no alpha, version 0
        Put(0, 1 + 1 + 1); // no transform, no colour cache, no groups of prefix codes
        Symbol((byte)colour); // green
        Symbol((byte)(colour >> 8)); // red
        Symbol((byte)(colour >> 16)); // blue
        Symbol(255); // alpha
        Symbol(0); // distance, unused
        return [.. "RIFF"u8, .. Size(4 + 8 + stream.Length), .. "WEBPVP8L"u8, .. Size(stream.Length), .. stream];

        void Symbol(byte value)
        {
            Put(0b101, 3); // a simple code, of one symbol, of eight bits
            Put(value, 8);
        }

        // The order of bits starts with the least significant bit.
        void Put(uint value, int length)
        {
            for (int i = 0; i < length; i++, at++)
            {
                stream[at / 8] |= (byte)(((value >> i) & 1) << (at % 8));
            }
        }
    }

    private static byte[] Size(int value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
