using System.Buffers.Binary;
using ImageStorage.FileSystem.ImageFiles;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.FileSystem.Tests.Conformance;

/// <summary>Damages the bytes of an image file.</summary>
internal static class ImageFileDamage
{
    private const int PayloadLengthOffset = 16;

    public static byte[] Apply(byte[] file, StoreDamage damage)
    {
        var payloadLength = (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(file.Length - ImageFileFormat.TrailerLength + PayloadLengthOffset));
        if (damage == StoreDamage.Truncated)
        {
            return file[..(payloadLength - 1)];
        }

        // The hash in the trailer covers the record, which precedes the trailer.
        var damaged = file.ToArray();
        damaged[damage == StoreDamage.Record ? file.Length - ImageFileFormat.TrailerLength - 2 : payloadLength / 2] ^= 0x10;
        return damaged;
    }
}
