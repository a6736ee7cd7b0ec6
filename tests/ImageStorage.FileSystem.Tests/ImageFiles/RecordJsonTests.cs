using System.Text;
using System.Text.Json;
using ImageStorage.FileSystem.ImageFiles;
using ImageStorage.FileSystem.Tests.Naming;
using ImageStorage.FileSystem.Tests.Simulation;

namespace ImageStorage.FileSystem.Tests.ImageFiles;

/// <summary>The record as JSON: round trip, and hostile texts.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RecordJsonTests
{
    private const string Required = """ "key":"a.png","contentType":"image/png","etag":"e","length":1,"created":1,"modified":1,"xxh128":"0" """;

    [Test]
    public void Random_records_are_read_as_written()
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        var keys = new RandomKeys(seed);
        for (var i = 0; i < 3_000; i++)
        {
            var info = RandomInfo(random, keys);
            Assert.That(RecordJson.Read(Write(info)), Is.EqualTo(info), $"seed {seed}");
        }
    }

    [Test]
    public void Mutated_records_are_read_or_refused_and_nothing_else()
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        var keys = new RandomKeys(seed);
        for (var i = 0; i < TestLength.Of(6_000, 30_000); i++)
        {
            var json = Write(RandomInfo(random, keys)).ToList();
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                var position = random.Next(json.Count);
                switch (random.Next(3))
                {
                    case 0:
                        json[position] = (byte)random.Next(256);
                        break;
                    case 1:
                        json.RemoveRange(position, Math.Min(random.Next(1, 10), json.Count - position));
                        break;
                    default:
                        json.InsertRange(position, Encoding.UTF8.GetBytes(new[] { "null", "-1", "1e99", "[", "{", "}", "\"\\ud800\"", "999999999999999999999999", "\"\"", ",", "true" }[random.Next(11)]));
                        break;
                }

                if (json.Count == 0)
                {
                    break;
                }
            }

            try
            {
                RecordJson.Read(json.ToArray());
            }
            catch (JsonException)
            {
                // Expected for a text that is not a record.
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}: {Encoding.UTF8.GetString([.. json])}\n{exception}");
            }
        }
    }

    [Test]
    public void Unknown_properties_are_skipped()
    {
        var info = RecordJson.Read(Encoding.UTF8.GetBytes("{ \"new\": { \"deep\": [1, {}] }, " + Required + ", \"other\": null, \"$type\": \"System.IO.FileInfo\" }"));

        Assert.That(info.Key.Value, Is.EqualTo("a.png"));
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("{ \"key\": \"a.png\" }")]
    [TestCase("{ " + Required + ", \"key\": \"../../etc/passwd\" }")]
    [TestCase("{ " + Required + ", \"key\": \".imagestorage/format.json\" }")]
    [TestCase("{ " + Required + ", \"key\": null }")]
    [TestCase("{ " + Required + ", \"key\": \"\\ud800\" }")]
    [TestCase("{ " + Required + ", \"length\": -1 }")]
    [TestCase("{ " + Required + ", \"length\": 1.5 }")]
    [TestCase("{ " + Required + ", \"length\": \"1\" }")]
    [TestCase("{ " + Required + ", \"length\": 99999999999999999999 }")]
    [TestCase("{ " + Required + ", \"created\": 9223372036854775807 }")]
    [TestCase("{ " + Required + ", \"created\": -1 }")]
    [TestCase("{ " + Required + ", \"xxh128\": \"00000000000000000000000000000000000000000000000001\" , \"xxh128\": \"ffffffffffffffffffffffffffffffffffffffffffff\" }")]
    [TestCase("{ " + Required + ", \"xxh128\": \"xyz\" }")]
    [TestCase("{ " + Required + ", \"xxh128\": null }")]
    [TestCase("{ " + Required + ", \"sha256\": \"ab\" }")]
    [TestCase("{ " + Required + ", \"sha256\": 5 }")]
    [TestCase("{ " + Required + ", \"etag\": \"\" }")]
    [TestCase("{ " + Required + ", \"etag\": \"with \\\"quotes\\\"\" }")]
    [TestCase("{ " + Required + ", \"metadata\": [] }")]
    [TestCase("{ " + Required + ", \"metadata\": { \"a\": null } }")]
    [TestCase("{ " + Required + ", \"metadata\": { \"a\": {} } }")]
    [TestCase("{ " + Required + ", \"tags\": {} }")]
    [TestCase("{ " + Required + ", \"encoding\": {} }")]
    [TestCase("{ " + Required + ", \"encoding\": null }")]
    public void Hostile_texts_are_refused(string json) => Assert.That(() => RecordJson.Read(Encoding.UTF8.GetBytes(json)), Throws.InstanceOf<JsonException>());

    [Test]
    public void Deep_nesting_is_refused() =>
        Assert.That(() => RecordJson.Read(Encoding.UTF8.GetBytes("{ \"x\": " + new string('[', 100_000))), Throws.InstanceOf<JsonException>());

    private static byte[] Write(ImageInfo info)
    {
        using var buffer = new PooledBuffer(16);
        RecordJson.Write(buffer, info);
        return buffer.Written.ToArray();
    }

    private static ImageInfo RandomInfo(Random random, RandomKeys keys)
    {
        var sha = new byte[32];
        random.NextBytes(sha);
        string Text() => keys.Next().Value;
        return new ImageInfo
        {
            Key = keys.Next(),
            ContentType = random.Next(3) == 0 ? "image/x-" + random.Next() : "image/avif",
            Length = random.NextInt64(),
            Width = random.Next(),
            Height = random.Next(),
            Sha256 = random.Next(3) == 0 ? null : new Sha256Digest(sha),
            XxHash128 = new UInt128((ulong)random.NextInt64(), random.Next(2) == 0 ? 0 : (ulong)random.NextInt64()),
            CreatedAt = new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero),
            ModifiedAt = new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero),
            ETag = new ImageETag($"{random.Next():x}"),
            FileName = random.Next(2) == 0 ? null : Text(),
            Metadata = System.Collections.Immutable.ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal, StringComparer.Ordinal).SetItems(Enumerable.Range(0, random.Next(4)).Select(_ => KeyValuePair.Create(Text(), "\n\t\"\\" + Text()))),
            Tags = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Text())],
            Encoding = random.Next(3) == 0 ? new ImageEncoding { Name = "zstd", StoredLength = random.Next(), OriginalLength = random.Next() } : null,
        };
    }
}
