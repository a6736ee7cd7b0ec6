using System.Collections.Immutable;
using System.Text;

namespace ImageStorage.Providers;

/// <summary>Reads one record, field by field in any order.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> record, ImageKey? key, string provider)
{
    private const string Twice = "its record has a field twice";
    private const uint Required = (1u << RecordFields.ETag) | (1u << RecordFields.ContentType) | (1u << RecordFields.XxHash128) | (1u << RecordFields.CreatedAt) | (1u << RecordFields.ModifiedAt);
    private const uint Repeated = (1u << RecordFields.Metadata) | (1u << RecordFields.Tags) | (1u << RecordFields.Properties);
    private const int Sha256Length = 32;
    private static readonly long MinSeconds = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long MaxSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    private readonly ReadOnlySpan<byte> _record = record;
    private readonly ImageKey? _expected = key;
    private readonly string _provider = provider;
    private WireReader _wire = new(record);
    private uint _seen;
    private ImageKey? _key = key;
    private string? _etag, _contentType, _fileName;
    private long _length;
    private int _width, _height;
    private int? _orientation, _frameCount;
    private UInt128 _xxHash128;
    private Sha256Digest? _sha256;
    private DateTimeOffset _createdAt, _modifiedAt;
    private ImmutableSortedDictionary<string, string>.Builder? _metadata, _properties;
    private ImmutableArray<string>.Builder? _tags;
    private ImmutableArray<byte>.Builder? _unknown;
    private ImageEncoding? _encoding;

    /// <exception cref="InvalidDataException">The bytes are not a record, or belong to another image.</exception>
    /// <exception cref="StorageNotSupportedException">Only a newer version of the library can read the record.</exception>
    public ImageInfo Read()
    {
        for (var start = 0; _wire.MoveNext(); start = _wire.Position)
        {
            if (_wire.Field > RecordFields.Last)
            {
                _wire.Skip();
                KeepUnknown(_record[start.._wire.Position]);
                continue;
            }

            var bit = 1u << _wire.Field;
            if ((_seen & bit & ~Repeated) != 0)
            {
                throw new InvalidDataException(Twice);
            }

            _seen |= bit;
            if (_wire.Type == WireType.Varint)
            {
                ReadNumber();
            }
            else
            {
                ReadBytes();
            }
        }

        return (_seen & Required) == Required && _key is { } found ? Build(found) : throw new InvalidDataException("its record is not complete");
    }

    private readonly ImageInfo Build(ImageKey found) => new()
    {
        Key = found,
        ContentType = _contentType!,
        Length = _length,
        Width = _width,
        Height = _height,
        Orientation = (ImageOrientation?)_orientation,
        FrameCount = _frameCount,
        Sha256 = _sha256,
        XxHash128 = _xxHash128,
        CreatedAt = _createdAt,
        ModifiedAt = _modifiedAt,
        ETag = new ImageETag(_etag!),
        FileName = _fileName,
        Metadata = _metadata?.ToImmutable() ?? MetadataDictionary.Empty,
        Tags = _tags?.DrainToImmutable() ?? [],
        Properties = _properties?.ToImmutable() ?? MetadataDictionary.Empty,
        Encoding = _encoding,
        UnknownFields = _unknown?.DrainToImmutable() ?? default,
    };

    private void ReadNumber()
    {
        switch (_wire.Field)
        {
            case RecordFields.Format:
                CheckFormat(_wire.ReadNumber(uint.MaxValue));
                break;
            case RecordFields.Length:
                _length = _wire.ReadNumber(long.MaxValue);
                break;
            case RecordFields.Width:
                _width = (int)_wire.ReadNumber(int.MaxValue);
                break;
            case RecordFields.Height:
                _height = (int)_wire.ReadNumber(int.MaxValue);
                break;
            case RecordFields.Orientation:
                _orientation = (int)_wire.ReadNumber(int.MaxValue);
                break;
            case RecordFields.FrameCount:
                _frameCount = (int)_wire.ReadNumber(int.MaxValue);
                break;
            default:
                // Every other field has bytes.
                _wire.ReadBytes();
                break;
        }
    }

    private void ReadBytes()
    {
        switch (_wire.Field)
        {
            case RecordFields.Key:
                _key = ReadKey();
                break;
            case RecordFields.ETag:
                _etag = _wire.ReadText();
                break;
            case RecordFields.ContentType:
                _contentType = ReadContentType();
                break;
            case RecordFields.XxHash128:
                _xxHash128 = _wire.ReadUInt128();
                break;
            case RecordFields.Sha256:
                _sha256 = new Sha256Digest(_wire.ReadBytes(Sha256Length));
                break;
            case RecordFields.CreatedAt:
                _createdAt = ReadTime();
                break;
            case RecordFields.ModifiedAt:
                _modifiedAt = ReadTime();
                break;
            default:
                ReadOptional();
                break;
        }
    }

    private void ReadOptional()
    {
        switch (_wire.Field)
        {
            case RecordFields.FileName:
                _fileName = _wire.ReadText();
                break;
            case RecordFields.Metadata:
                ReadEntry(_metadata ??= MetadataDictionary.Empty.ToBuilder());
                break;
            case RecordFields.Tags:
                (_tags ??= ImmutableArray.CreateBuilder<string>()).Add(_wire.ReadText());
                break;
            case RecordFields.Properties:
                ReadEntry(_properties ??= MetadataDictionary.Empty.ToBuilder());
                break;
            case RecordFields.Encoding:
                _encoding = ReadEncoding();
                break;
            default:
                // Every other field has a number.
                _wire.ReadNumber(0);
                break;
        }
    }

    private readonly void CheckFormat(long format)
    {
        if (format > RecordFields.KnownFormat)
        {
            throw ProviderErrors.Newer(_expected, _provider);
        }
    }

    // The usual key is that of the caller, which needs no validation again.
    private ImageKey ReadKey()
    {
        var bytes = _wire.ReadBytes();
        if (_expected is not { } expected)
        {
            return new ImageKey(WireReader.TextOf(bytes));
        }

        return Ascii.Equals(bytes, expected.Value) || WireReader.TextOf(bytes) == expected.Value
            ? expected
            : throw new InvalidDataException($"its record belongs to image {KeyRules.Describe(WireReader.TextOf(bytes))}: the image was copied or renamed");
    }

    // Shared texts for the usual types spare an allocation per read.
    private string ReadContentType()
    {
        var type = _wire.ReadBytes();
        return type.SequenceEqual("image/jpeg"u8) ? "image/jpeg"
            : type.SequenceEqual("image/png"u8) ? "image/png"
            : type.SequenceEqual("image/webp"u8) ? "image/webp"
            : type.SequenceEqual("image/gif"u8) ? "image/gif"
            : type.SequenceEqual("image/avif"u8) ? "image/avif"
            : WireReader.TextOf(type);
    }

    private DateTimeOffset ReadTime()
    {
        var fields = new WireReader(_wire.ReadBytes());
        long seconds = 0, nanoseconds = 0;
        while (NextOf(ref fields))
        {
            if (fields.Field == RecordFields.Seconds)
            {
                seconds = fields.ReadSigned();
            }
            else
            {
                nanoseconds = fields.ReadNumber(999_999_999);
            }
        }

        return seconds >= MinSeconds && seconds <= MaxSeconds && nanoseconds % TimeSpan.NanosecondsPerTick == 0
            ? new DateTimeOffset(DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond) + (nanoseconds / TimeSpan.NanosecondsPerTick), TimeSpan.Zero)
            : throw new InvalidDataException($"field {_wire.Field} of its record is not a time");
    }

    private void ReadEntry(ImmutableSortedDictionary<string, string>.Builder map)
    {
        var fields = new WireReader(_wire.ReadBytes());
        string name = string.Empty, value = string.Empty;
        while (NextOf(ref fields))
        {
            if (fields.Field == RecordFields.MapName)
            {
                name = fields.ReadText();
            }
            else
            {
                value = fields.ReadText();
            }
        }

        var count = map.Count;
        map[name] = value;
        if (map.Count == count)
        {
            throw new InvalidDataException(Twice);
        }
    }

    private ImageEncoding ReadEncoding()
    {
        var fields = new WireReader(_wire.ReadBytes());
        var name = string.Empty;
        long stored = 0, original = 0;
        while (NextOf(ref fields, RecordFields.OriginalLength))
        {
            if (fields.Field == RecordFields.EncodingName)
            {
                name = fields.ReadText();
            }
            else if (fields.Field == RecordFields.StoredLength)
            {
                stored = fields.ReadNumber(long.MaxValue);
            }
            else
            {
                original = fields.ReadNumber(long.MaxValue);
            }
        }

        return new ImageEncoding { Name = name, StoredLength = stored, OriginalLength = original };
    }

    /// <summary>
    /// Moves to the next field of an inner message. Its fields are in order, each at most once, and a newer version adds none without
    /// raising the format.
    /// </summary>
    private static bool NextOf(ref WireReader fields, int last = 2)
    {
        var previous = fields.Field;
        return fields.MoveNext() && (fields.Field > previous && fields.Field <= last ? true : throw new InvalidDataException("a part of its record has a field twice, or one that is not known"));
    }

    private void KeepUnknown(ReadOnlySpan<byte> field)
    {
        _unknown ??= ImmutableArray.CreateBuilder<byte>(field.Length);
        if (_unknown.Count + field.Length > RecordFields.MaxUnknownBytes)
        {
            throw new InvalidDataException($"its record has more than {RecordFields.MaxUnknownBytes} bytes of fields that are not known");
        }

        _unknown.AddRange(field);
    }
}
