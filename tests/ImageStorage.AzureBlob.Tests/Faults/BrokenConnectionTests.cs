using System.Diagnostics;
using ImageStorage.AzureBlob.Tests.Transport;
using ImageStorage.Azurite;
using ImageStorage.Testing;

namespace ImageStorage.AzureBlob.Tests.Faults;

/// <summary>
/// A network that refuses, resets, stalls and interrupts saves, lists and reads: no acknowledged image is lost (P1), a
/// failed save changes nothing (P3), no read is torn (P2), and every failure is typed, transient and fast (P7).
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public class BrokenConnectionTests
{
    private static readonly byte[] Old = SampleImages.OfLength(30_000, 1);
    private static readonly byte[] Small = SampleImages.OfLength(300_000, 2);
    private static readonly byte[] Large = SampleImages.OfLength(2_000_000, 3);
    private AzureStore _store = null!;

    private static IEnumerable<TestCaseData> Saves()
    {
        foreach (var mode in new[] { ProxyMode.Refuse, ProxyMode.Reset, ProxyMode.Stall })
        {
            foreach (var isLarge in new[] { false, true })
            {
                yield return new TestCaseData(mode, isLarge);
            }
        }
    }

    [SetUp]
    public async Task CreateAsync()
    {
        _store = await AzureStore.CreateAsync(throughProxy: true);
        await _store.Images.SaveBytesAsync("a.png", Old);
    }

    [TearDown]
    public async Task RemoveAsync() => await _store.DisposeAsync();

    [TestCaseSource(nameof(Saves))]
    public async Task Outage_fails_calls_quickly_and_changes_nothing(ProxyMode mode, bool isLarge)
    {
        _store.Proxy!.Set(mode);
        var watch = Stopwatch.StartNew();

        AssertUnavailable(() => _store.Images.SaveBytesAsync("a.png", isLarge ? Large : Small));
        if (!isLarge)
        {
            // The same calls for every length of the save.
            AssertUnavailable(() => _store.Images.GetAsync("a.png"));
            AssertUnavailable(() => _store.Images.ListAsync(new ImageQuery()));
        }

        // Three calls of three attempts of a second each, with pauses; minutes with the client's defaults. The bound is
        // loose, because the machine may be busy.
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromMinutes(1)));
        _store.Proxy.Set(ProxyMode.Pass);
        await AssertHoldsAsync("a.png", Old);
        await AssertSoundAsync();
    }

    [TestCase(ProxyMode.Reset)]
    [TestCase(ProxyMode.Stall)]
    public async Task Outage_in_the_middle_of_a_large_save_changes_nothing(ProxyMode mode)
    {
        await using var source = new MemoryStream(Large);
        await using var breaking = new WatchedSource(source, after: 1_500_000, () => _store.Proxy!.Set(mode));

        AssertUnavailable(() => _store.Images.SaveAsync("a.png", breaking));

        _store.Proxy!.Set(ProxyMode.Pass);
        await AssertHoldsAsync("a.png", Old);
        await AssertSoundAsync();
    }

    [TestCase(ProxyDirection.Request, 1)]
    [TestCase(ProxyDirection.Request, 900)]
    [TestCase(ProxyDirection.Request, 20_000)]
    [TestCase(ProxyDirection.Request, 250_000)]
    [TestCase(ProxyDirection.Response, 1)]
    [TestCase(ProxyDirection.Response, 200)]
    public async Task Save_over_a_connection_that_is_cut_once_succeeds(ProxyDirection direction, int bytes)
    {
        foreach (var (key, image) in new[] { ("new.png", Small), ("a.png", Small), ("large.png", Large) })
        {
            var cut = _store.Proxy!.CutAfter(direction, bytes);

            var saved = await _store.Images.SaveBytesAsync(key, image);

            await cut;
            Assert.That(await _store.Images.GetInfoAsync(key), Is.EqualTo(saved));
            await AssertHoldsAsync(key, image);
        }

        await AssertSoundAsync();
    }

    [TestCase(500, false)]
    [TestCase(100_000, false)]
    [TestCase(299_000, false)]
    [TestCase(500_000, true)]
    [TestCase(1_300_000, true)]
    [TestCase(1_999_000, true)]
    public async Task Read_that_is_interrupted_in_the_body_continues(int bytes, bool isLarge)
    {
        var image = isLarge ? Large : Small;
        await _store.Images.SaveBytesAsync("b.png", image);
        var cut = _store.Proxy!.CutAfter(ProxyDirection.Response, bytes);

        await AssertHoldsAsync("b.png", image);

        await cut;
    }

    [Test]
    public async Task Interrupted_read_that_finds_another_version_returns_one_version()
    {
        await _store.Images.SaveBytesAsync("b.png", Small);
        var cut = _store.Proxy!.CutAfter(ProxyDirection.Response, 100_000);
        var reading = _store.Images.GetBytesAsync("b.png");
        await using var other = _store.Open();
        await cut;
        await new ImageStorageManager(other, new ImageStorageOptions()).SaveBytesAsync("b.png", Old);

        var read = await reading;

        Assert.That(read.AsSpan().SequenceEqual(Small) || read.AsSpan().SequenceEqual(Old), Is.True, "A torn image was read.");
    }

    [Test]
    public async Task Stream_of_a_large_image_fails_during_an_outage_and_continues_afterwards()
    {
        await _store.Images.SaveBytesAsync("b.png", Large);
        await using var image = await _store.Images.GetAsync("b.png");
        var start = new byte[100_000];
        await image!.Content.ReadExactlyAsync(start);
        await _store.Images.DeleteAsync("b.png");
        _store.Proxy!.Set(ProxyMode.Refuse);

        AssertUnavailable(async () => await image.Content.CopyToAsync(Stream.Null));

        _store.Proxy.Set(ProxyMode.Pass);
        image.Content.Position = start.Length;
        using var rest = new MemoryStream();
        await image.Content.CopyToAsync(rest);
        Assert.That(start.Concat(rest.ToArray()).ToArray().AsSpan().SequenceEqual(Large), Is.True);
    }

    [TestCase(100)]
    [TestCase(1_500)]
    public async Task Interrupted_list_continues(int bytes)
    {
        for (var i = 0; i < 5; i++)
        {
            await _store.Images.SaveBytesAsync($"{i}.png", Old);
        }

        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            var cut = _store.Proxy!.CutAfter(ProxyDirection.Response, bytes);
            Assert.That((await _store.Images.ListAsync(new ImageQuery { Order = order })).Items, Has.Count.EqualTo(6));
            await cut;
        }
    }

    [Test]
    public async Task Nothing_acknowledged_is_lost_over_a_network_that_breaks_at_random()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("IMAGESTORAGE_TEST_SEED"), out var given) ? given : Random.Shared.Next();
        TestContext.Out.WriteLine($"IMAGESTORAGE_TEST_SEED={seed}");
        var random = new Random(seed);
        var acknowledged = new Dictionary<ImageKey, byte[]> { ["a.png"] = Old };
        var unknown = new Dictionary<ImageKey, List<byte[]>>();
        for (var i = 0; i < 60; i++)
        {
            ImageKey key = $"{random.Next(6)}.png";
            var image = SampleImages.OfLength(random.Next(3) == 0 ? random.Next(600_000, 900_000) : random.Next(300, 100_000), i);
            _ = _store.Proxy!.CutAfter(random.Next(2) == 0 ? ProxyDirection.Request : ProxyDirection.Response, random.Next(1, 400_000));
            try
            {
                await _store.Images.SaveBytesAsync(key, image);
                acknowledged[key] = image;
                unknown.Remove(key);
            }
            catch (StorageUnavailableException)
            {
                // The write may have taken effect.
                unknown.TryAdd(key, []);
                unknown[key].Add(image);
            }
        }

        _store.Proxy!.Set(ProxyMode.Pass);
        foreach (var (key, image) in acknowledged)
        {
            var found = await _store.Images.GetBytesAsync(key);
            Assert.That(found is not null && (found.AsSpan().SequenceEqual(image) || unknown.GetValueOrDefault(key, []).Exists(other => found.AsSpan().SequenceEqual(other))), Is.True, $"{key}, seed {seed}");
        }

        await AssertSoundAsync();
    }

    private static void AssertUnavailable(Func<Task> call)
    {
        var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => call());
        Assert.That(failure!.IsTransient, Is.True);
        Assert.That(failure.ToString(), Does.Not.Contain(AzuriteServer.AccountKey));
    }

    private async Task AssertHoldsAsync(ImageKey key, byte[] expected) =>
        Assert.That((await _store.Images.GetBytesAsync(key)).AsSpan().SequenceEqual(expected), Is.True, $"{key} has other bytes.");

    private async Task AssertSoundAsync()
    {
        await foreach (var item in _store.Provider.VerifyAsync())
        {
            Assert.That(item.Status, Is.EqualTo(VerificationStatus.Sound), $"{item.Name}: {item.Detail}");
        }
    }
}
