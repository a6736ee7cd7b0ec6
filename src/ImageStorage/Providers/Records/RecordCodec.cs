using System.Buffers;

namespace ImageStorage.Providers;

/// <summary>
/// Writes and reads the record of an image as bytes, for providers. The bytes are a message of Protocol Buffers;
/// docs/design/record-format.md has the schema. A provider adds what else it stores beside the record, such as a
/// checksum. Thread-safe.
/// </summary>
public static class RecordCodec
{
    /// <summary>Writes the record of an image.</summary>
    /// <param name="target">The buffer to append to.</param>
    /// <param name="info">The record.</param>
    /// <param name="includeKey">
    /// False if the provider stores the key elsewhere and passes the key to <see cref="Read"/>; the default is true.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The record has no ETag, a negative number, or a text with a lone surrogate.
    /// </exception>
    public static void Write(IBufferWriter<byte> target, ImageInfo info, bool includeKey = true)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(info);
        RecordWriter.Write(target, info, includeKey);
    }

    /// <summary>
    /// Reads the record of an image. Fields of a newer version of the library that this version does not know are kept,
    /// and <see cref="Write"/> writes these fields again.
    /// </summary>
    /// <param name="record">The bytes that <see cref="Write"/> wrote.</param>
    /// <param name="key">
    /// The key of the image; null if the provider does not know the key and the record has it.
    /// </param>
    /// <param name="provider">The name of the provider, for the exception.</param>
    /// <exception cref="InvalidDataException">
    /// The bytes are not a record, or are the record of another image. The message is a clause, such as "its record is
    /// cut short", that a provider puts into its <see cref="ImageCorruptedException"/>.
    /// </exception>
    /// <exception cref="StorageNotSupportedException">
    /// Only a newer version of the library can read the record. A provider passes this exception on.
    /// </exception>
    public static ImageInfo Read(ReadOnlySpan<byte> record, ImageKey? key, string provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        try
        {
            return new RecordReader(record, key, provider).Read();
        }
        catch (Exception exception) when (exception is ArgumentException or ImageValidationException)
        {
            throw new InvalidDataException("its record has a text that is not valid", exception);
        }
    }
}
