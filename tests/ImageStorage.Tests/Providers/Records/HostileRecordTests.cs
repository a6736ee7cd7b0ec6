using ImageStorage.Providers;
using static ImageStorage.Tests.Providers.Records.RecordBytes;

namespace ImageStorage.Tests.Providers.Records;

/// <summary>Bytes that are not a record: always one clear exception, and no memory beyond the size of the input.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class HostileRecordTests
{
    private const int Times = 30_000;

    private static byte[] Sound => Of(ImageInfoTests.Sample);

    [Test]
    public void Record_that_is_cut_short_at_any_byte_is_refused_or_lacks_whole_fields()
    {
        var record = Sound;
        var ends = RecordCodecTests.Split(record).Aggregate(new List<int> { 0 }, (all, field) => [.. all, all[^1] + field.Length]);
        for (var length = 0; length < record.Length; length++)
        {
            var (cut, isComplete) = (record[..length], ends.Contains(length));
            if (!isComplete)
            {
                AssertRefused(cut);
            }
            else if (ends.IndexOf(length) <= ends.Count - 9)
            {
                // A required field is missing.
                AssertRefused(cut);
            }
            else
            {
                Assert.That(Read(cut).ETag, Is.EqualTo(ImageInfoTests.Sample.ETag));
            }
        }
    }

    private static IEnumerable<TestCaseData> HostileRecords()
    {
        (string Name, byte[] Record)[] all =
        [
            ("nothing", []),
            ("a field twice", [.. Sound, .. Text(12, "other.png")]),
            ("the key twice", [.. Sound, .. Text(2, "a/b.png")]),
            ("the hash twice", [.. Sound, .. Bytes(8, new byte[16])]),
            ("a metadata name twice", [.. Sound, .. Bytes(13, [.. Text(1, "k"), .. Text(2, "w")])]),
            ("a property twice, equal", [.. Sound, .. Bytes(15, [.. Text(1, "a.b"), .. Text(2, "c")])]),
            ("a name twice in an entry", [.. Sound, .. Bytes(13, [.. Text(1, "x"), .. Text(1, "y")])]),
            ("an unknown field in an entry", [.. Sound, .. Bytes(13, [.. Text(1, "x"), .. Text(3, "y")])]),
            ("an entry with a number", [.. Sound, .. Bytes(13, Number(1, 1))]),
            ("a text as number", [.. Without(12), .. Number(12, 1)]),
            ("a number as text", [.. Without(5), .. Text(5, "1")]),
            ("a number as eight bytes", [.. Without(5), .. Fixed64(5, 1)]),
            ("a number as four bytes", [.. Without(5), .. Fixed32(5, 1)]),
            ("a hash as number", [.. Without(8), .. Number(8, 1)]),
            ("a short hash", [.. Without(8), .. Bytes(8, new byte[15])]),
            ("a long hash", [.. Without(9), .. Bytes(9, new byte[33])]),
            ("an overlong number", [.. Without(5), 5 << 3, 0x8A, 0x00]),
            ("a number of eleven bytes", [.. Without(5), 5 << 3, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]),
            ("a number of 65 bits", [.. Without(5), 5 << 3, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02]),
            ("a negative length", [.. Without(5), .. Number(5, ulong.MaxValue)]),
            ("a huge width", [.. Without(6), .. Number(6, 1UL << 31)]),
            ("a length over the end", [.. Sound, .. Varint((14 << 3) | 2), 2, (byte)'x']),
            ("a huge length", [.. Sound, .. Varint((14 << 3) | 2), .. Varint(int.MaxValue)]),
            ("a length of 64 bits", [.. Sound, .. Varint((14 << 3) | 2), .. Varint(ulong.MaxValue)]),
            ("an unknown field of a huge length", [.. Sound, .. Varint((100 << 3) | 2), .. Varint(int.MaxValue)]),
            ("a group", [.. Sound, .. Varint((100 << 3) | 3), .. Varint((100 << 3) | 4)]),
            ("the end of a group", [.. Sound, .. Varint((100 << 3) | 4)]),
            ("a reserved type", [.. Sound, .. Varint((100 << 3) | 7)]),
            ("field 0", [.. Sound, 0, 0]),
            ("a field over 29 bits", [.. Sound, .. Varint(1UL << 32), 0]),
            ("invalid UTF-8", [.. Sound, .. Bytes(14, 0xC3, 0x28)]),
            ("half a surrogate in UTF-8", [.. Sound, .. Bytes(14, 0xED, 0xA0, 0x80)]),
            ("an overlong slash", [.. Without(2), .. Bytes(2, (byte)'a', 0xC0, 0xAF)]),
            ("a key outside", [.. Without(2), .. Text(2, "../../etc/passwd")]),
            ("a reserved key", [.. Without(2), .. Text(2, ".imagestorage/format.json")]),
            ("an empty key", [.. Without(2), .. Text(2, "")]),
            ("an empty ETag", [.. Without(3), .. Text(3, "")]),
            ("an ETag with quotes", [.. Without(3), .. Text(3, "\"x\"")]),
            ("a time after the last year", [.. Without(10), .. Bytes(10, Number(1, 253_402_300_800))]),
            ("a time before the first year", [.. Without(10), .. Bytes(10, Number(1, unchecked((ulong)-62_135_596_801)))]),
            ("a second of too many nanoseconds", [.. Without(10), .. Bytes(10, Number(2, 1_000_000_000))]),
            ("a time between two ticks", [.. Without(10), .. Bytes(10, Number(2, 1))]),
            ("a time as number", [.. Without(10), .. Number(10, 1)]),
            ("an encoding with another field", [.. Without(18), .. Bytes(18, [.. Text(1, "x"), .. Number(4, 1)])]),
            ("an encoding that is cut short", [.. Without(18), .. Bytes(18, 0x0A, 5)]),
        ];
        return all.Select(hostile => new TestCaseData(hostile.Record).SetArgDisplayNames(hostile.Name));
    }

    [TestCaseSource(nameof(HostileRecords))]
    public void Hostile_record_is_refused(byte[] record) => AssertRefused(record);

    [Test]
    public void Random_bytes_and_mutated_records_are_read_or_refused_and_nothing_else()
    {
        var (random, seed) = RecordCodecTests.Seeded();
        for (var i = 0; i < Times; i++)
        {
            var record = random.Next(10) == 0 ? RandomBytes(random) : Mutated(random);
            try
            {
                // What was read can be written, and is then the same.
                var read = Read(record, random.Next(2) == 0 ? default(ImageKey?) : ImageInfoTests.Sample.Key);
                Assert.That(Read(Of(read)), Is.EqualTo(read));
            }
            catch (Exception exception) when (exception is InvalidDataException or StorageNotSupportedException)
            {
                // Expected for bytes that are not a record.
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}: {Convert.ToHexStringLower(record)}\n{exception}");
            }
        }
    }

    [Test]
    public void Lengths_of_gigabytes_allocate_nothing()
    {
        byte[] record = [.. Sound, .. Varint((100 << 3) | 2), .. Varint(int.MaxValue)];
        var before = GC.GetAllocatedBytesForCurrentThread();

        AssertRefused(record);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(100_000));
    }

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Mutated(Random random)
    {
        var record = Of(random.Next(2) == 0 ? ImageInfoTests.Sample : RecordBytes.Random(random)).ToList();
        for (var edits = random.Next(1, 4); edits > 0 && record.Count > 0; edits--)
        {
            var at = random.Next(record.Count);
            switch (random.Next(4))
            {
                case 0:
                    record[at] = (byte)random.Next(256);
                    break;
                case 1:
                    record[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    record.RemoveRange(at, Math.Min(random.Next(1, 10), record.Count - at));
                    break;
                default:
                    record.InsertRange(at, RandomBytes(random).Take(4));
                    break;
            }
        }

        return [.. record];
    }

    private static byte[] Without(int field) => [.. RecordCodecTests.Split(Sound).Where(bytes => NumberOf(bytes) != field).SelectMany(bytes => bytes)];

    private static int NumberOf(byte[] field)
    {
        var reader = new WireReader(field);
        reader.MoveNext();
        return reader.Field;
    }

    private static void AssertRefused(byte[] record) =>
        Assert.That(() => Read(record), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith("its record").Or.TypeOf<InvalidDataException>().With.Message.Contains("of its record"), Convert.ToHexStringLower(record));
}
