using System.Buffers.Binary;

namespace ImageStorage.Testing;

/// <summary>The boxes of an AVIF with one AV1 item, laid out as libavif writes them.</summary>
internal static class SampleAvif
{
    private const int DataLength = 64;

    public static byte[] Make(int width, int height, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        byte[] data = Units(width, height, seed);
        byte[] ftyp = Box("ftyp"u8, [.. "avif"u8, 0, 0, 0, 0, .. "avifmif1miaf"u8]);

        // The length of the description does not depend on the offset.
        int descriptionLength = Meta(width, height, 0).Length;
        byte[] meta = Meta(width, height, ftyp.Length + descriptionLength + 8);
        return [.. ftyp, .. meta, .. Box("mdat"u8, data)];
    }

    public static byte[] Box(ReadOnlySpan<byte> type, ReadOnlySpan<byte> body) => [.. UInt32(8 + body.Length), .. type, .. body];

    /// <summary>
    /// Returns the AV1 data: a reduced sequence header with the dimensions (AV1 specification, 5.5; up to 65,536 pixels
    /// in each direction) and a frame of noise.
    /// </summary>
    private static byte[] Units(int width, int height, int seed)
    {
        const int SequenceLength = 10;
        byte[] data = new byte[DataLength];
        (data[0], data[1]) = (0x0A, SequenceLength);
        int at = 8 * 2;
        Put(0b000_1_1_00101, 10); // profile 0, still picture, reduced header, level 3.1
        Put(0xFF, 8); // 16 bits for each dimension
        Put((uint)Math.Min(width - 1, ushort.MaxValue), 16);
        Put((uint)Math.Min(height - 1, ushort.MaxValue), 16);
        (data[SequenceLength + 2], data[SequenceLength + 3]) = (0x32, DataLength - SequenceLength - 4);
        SampleNoise.Fill(seed, 0, data.AsSpan(SequenceLength + 4));
        return data;

        void Put(uint value, int length)
        {
            for (int bit = length - 1; bit >= 0; bit--, at++)
            {
                data[at / 8] |= (byte)(((value >> bit) & 1) << (7 - (at % 8)));
            }
        }
    }

    private static byte[] Meta(int width, int height, int dataOffset)
    {
        byte[] hdlr = Box("hdlr"u8, [0, 0, 0, 0, 0, 0, 0, 0, .. "pict"u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        byte[] pitm = Box("pitm"u8, [0, 0, 0, 0, 0, 1]);
        byte[] iloc = Box("iloc"u8, [0, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, 0, 0, 1, .. UInt32(dataOffset), .. UInt32(DataLength)]);
        byte[] infe = Box("infe"u8, [2, 0, 0, 0, 0, 1, 0, 0, .. "av01"u8, 0]);
        byte[] iinf = Box("iinf"u8, [0, 0, 0, 0, 0, 1, .. infe]);
        byte[] ispe = Box("ispe"u8, [0, 0, 0, 0, .. UInt32(width), .. UInt32(height)]);
        byte[] pixi = Box("pixi"u8, [0, 0, 0, 0, 3, 8, 8, 8]);
        byte[] av1C = Box("av1C"u8, [0x81, 0x04, 0x0C, 0x00]);
        byte[] ipco = Box("ipco"u8, [.. ispe, .. pixi, .. av1C]);
        byte[] ipma = Box("ipma"u8, [0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 3, 1, 2, 0x83]);
        byte[] iprp = Box("iprp"u8, [.. ipco, .. ipma]);
        return Box("meta"u8, [0, 0, 0, 0, .. hdlr, .. pitm, .. iloc, .. iinf, .. iprp]);
    }

    private static byte[] UInt32(int value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
