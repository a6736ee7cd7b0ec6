using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using ImageStorage.Providers;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tests.Serialization;

/// <summary>A record that goes through JSON or a cache comes out equal (issue: <c>"sha256":{}</c>, key and ETag empty).</summary>
public sealed partial class ImageInfoJsonTests
{
    private static readonly ImageInfo Full = new()
    {
        Key = "users/42/größe 日本.jpg",
        ContentType = "image/jpeg",
        Length = 5_000_000_000,
        Width = 400,
        Height = 300,
        Sha256 = new Sha256Digest([.. Enumerable.Range(1, 32).Select(i => (byte)i)]),
        XxHash128 = UInt128.MaxValue - 7,
        CreatedAt = new DateTimeOffset(2026, 11, 29, 1, 2, 3, TimeSpan.Zero).AddTicks(7),
        ModifiedAt = new DateTimeOffset(2026, 11, 29, 1, 2, 4, TimeSpan.FromHours(5)),
        ETag = new ImageETag("0123456789abcdef-0123456789abcdef"),
        FileName = "a \"quoted\" name.jpg",
        Metadata = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal, StringComparer.Ordinal).Add("b", "2").Add("B", "1").Add("ä", "\n").Add("Z", ""),
        Tags = ["B", "a", "ä"],
        Encoding = new ImageEncoding { Name = "brotli", StoredLength = 5, OriginalLength = 10 },
    };

    private static readonly ImageInfo Bare = new()
    {
        Key = "a",
        ContentType = "image/png",
        Length = 1,
        Width = 1,
        Height = 1,
        XxHash128 = 7,
        CreatedAt = DateTimeOffset.UnixEpoch,
        ModifiedAt = DateTimeOffset.UnixEpoch,
        ETag = new ImageETag("v"),
    };

    private static IEnumerable<TestCaseData> Ways()
    {
        foreach (var (name, info) in new[] { ("full", Full), ("bare", Bare) })
        {
            yield return new TestCaseData(info, JsonSerializerOptions.Default).SetArgDisplayNames(name, "reflection");
            yield return new TestCaseData(info, JsonSerializerOptions.Web).SetArgDisplayNames(name, "web");
            yield return new TestCaseData(info, Context.Default.Options).SetArgDisplayNames(name, "generated");
        }
    }

    [TestCaseSource(nameof(Ways))]
    public void Record_through_JSON_is_equal_and_in_the_same_order(ImageInfo info, JsonSerializerOptions options)
    {
        var json = JsonSerializer.Serialize(info, options);
        var read = JsonSerializer.Deserialize<ImageInfo>(json, options)!;

        Assert.That(read, Is.EqualTo(info), json);
        Assert.That(read.Metadata.Keys, Is.EqualTo(info.Metadata.Keys));
        Assert.That(read.Metadata.KeyComparer, Is.SameAs(StringComparer.Ordinal));
        Assert.That(JsonSerializer.Serialize(read, options), Is.EqualTo(json));
    }

    [Test]
    public void Record_as_JSON_has_its_values_as_texts()
    {
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(Full, JsonSerializerOptions.Web));
        string? Text(string name) => json.RootElement.GetProperty(name).GetString();

        Assert.That(Text("key"), Is.EqualTo(Full.Key.Value));
        Assert.That(Text("eTag"), Is.EqualTo(Full.ETag.Value));
        Assert.That(Text("sha256"), Is.EqualTo(Full.Sha256.ToString()));
        Assert.That(Text("xxHash128"), Is.EqualTo("fffffffffffffffffffffffffffffff8"));
        Assert.That(json.RootElement.TryGetProperty("digest", out _), Is.False, "It is a second copy of the hashes.");
    }

    // A second cache with the same distributed one has to read what the first one wrote.
    [Test]
    public async Task Record_through_HybridCache_is_equal()
    {
        var shared = new SharedCache();
        HybridCache Cache()
        {
            var services = new ServiceCollection().AddSingleton<IDistributedCache>(shared);
            services.AddHybridCache();
            return services.BuildServiceProvider().GetRequiredService<HybridCache>();
        }

        await Cache().SetAsync("a", Full);
        var read = await Cache().GetOrCreateAsync<ImageInfo>("a", _ => throw new InvalidOperationException("The entry is not in the distributed cache."));

        Assert.That(read, Is.EqualTo(Full));
        Assert.That(read, Is.Not.SameAs(Full));
    }

    [Test]
    public void Value_types_through_JSON_are_equal_also_as_names_of_properties()
    {
        AssertEqual(new Dictionary<ImageKey, ImageETag?> { ["a/b"] = new ImageETag("v"), ["c"] = null }, """{"a/b":"v","c":null}""");
        AssertEqual(new Dictionary<Sha256Digest, DocumentName> { [Full.Sha256!.Value] = new DocumentName("history/1") }, $$"""{"{{Full.Sha256}}":"history/1"}""");
        AssertEqual(new Dictionary<DocumentName, DocumentETag> { ["history/1"] = new DocumentETag("e"), ["history/2"] = DocumentETag.None }, """{"history/1":"e","history/2":""}""");
        AssertEqual(default(ImageETag), "\"\"");
        AssertEqual(Full.Digest, JsonSerializer.Serialize(Full.Digest));
    }

    [TestCase("\"/a\"", typeof(ImageKey))]
    [TestCase("7", typeof(ImageKey))]
    [TestCase("null", typeof(ImageKey))]
    [TestCase("\"a b\"", typeof(ImageETag))]
    [TestCase("\"0102\"", typeof(Sha256Digest))]
    [TestCase("\"x\"", typeof(DocumentName))]
    [TestCase("{\"XxHash128\":\"7\"}", typeof(ContentDigest))]
    [TestCase("{\"XxHash128\":7}", typeof(ContentDigest))]
    public void JSON_that_is_no_value_is_a_JsonException(string json, Type type) => Assert.That(() => JsonSerializer.Deserialize(json, type), Throws.TypeOf<JsonException>());

    [Test]
    public void Key_that_names_no_image_cannot_be_written() => Assert.That(() => JsonSerializer.Serialize(default(ImageKey)), Throws.InstanceOf<Exception>());

    [Test]
    public void Key_is_converted_from_and_to_text()
    {
        var converter = TypeDescriptor.GetConverter(typeof(ImageKey));

        Assert.That(converter.ConvertFromInvariantString("a/b.png"), Is.EqualTo(new ImageKey("a/b.png")));
        Assert.That(converter.ConvertToInvariantString(new ImageKey("a/b.png")), Is.EqualTo("a/b.png"));
        Assert.That(() => converter.ConvertFromInvariantString("/"), Throws.InstanceOf<Exception>());
    }

    private static void AssertEqual<T>(T value, string json)
    {
        Assert.That(JsonSerializer.Serialize(value), Is.EqualTo(json));
        Assert.That(JsonSerializer.Deserialize<T>(json), Is.EqualTo(value));
    }

    /// <summary>HybridCache takes no notice of a distributed cache that is one in memory, by its type.</summary>
    private sealed class SharedCache : IDistributedCache
    {
        private readonly ConcurrentDictionary<string, byte[]> _entries = new();

        public byte[]? Get(string key) => _entries.GetValueOrDefault(key);

        public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => Task.FromResult(Get(key));

        public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => _entries[key] = value;

        public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
        {
            Set(key, value, options);
            return Task.CompletedTask;
        }

        public void Refresh(string key)
        {
        }

        public Task RefreshAsync(string key, CancellationToken token = default) => Task.CompletedTask;

        public void Remove(string key) => _entries.TryRemove(key, out _);

        public Task RemoveAsync(string key, CancellationToken token = default)
        {
            Remove(key);
            return Task.CompletedTask;
        }
    }

    [JsonSerializable(typeof(ImageInfo))]
    private sealed partial class Context : JsonSerializerContext;
}
