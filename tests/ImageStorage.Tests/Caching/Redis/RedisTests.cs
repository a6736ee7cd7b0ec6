using ImageStorage.Caching;
using ImageStorage.Caching.Entries;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;
using ImageStorage.Tests.Failover;
using ImageStorage.Tests.Providers.Records;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace ImageStorage.Tests.Caching.Redis;

/// <summary>The distributed tier on a real Redis.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed partial class RedisTests : IAsyncDisposable
{
    private static readonly ImageKey Key = "users/1/avatar.png";
    private readonly FakeTimeProvider _clock = new();
    private readonly List<IAsyncDisposable> _opened = [];
    private RedisServer _server = null!;

    [SetUp]
    public async Task StartAsync() => _server = await RedisServer.StartAsync();

    [Test]
    public async Task Two_applications_on_one_server_with_the_same_prefix_see_only_their_own_images([Values] bool haveFallbacks)
    {
        var (production, staging) = (new TestPart("First", _clock, isShared: true), new TestPart("First", _clock, isShared: true));
        var one = await OpenAsync(production, haveFallbacks);
        await one.SaveAsync(Key, 1);
        await one.ReadAsync(Key);
        Assert.That(await CountAsync(), Is.EqualTo(1));

        var other = await OpenAsync(staging, haveFallbacks);
        Assert.That(await other.ReadAsync(Key), Is.Null);
        await other.SaveAsync(Key, 2);
        Assert.That(await other.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));
        Assert.That(await CountAsync(), Is.EqualTo(2));

        foreach (var (store, seed) in new[] { (production, 1), (staging, 2) })
        {
            var again = await OpenAsync(store, haveFallbacks);
            Assert.That(await again.ReadAsync(Key), Is.EqualTo(CachedStore.Image(seed)));
            Assert.That((again.Distributed.Hits, again.Distributed.Faults), Is.EqualTo((1L, 0L)));
        }
    }

    [Test]
    public async Task Started_application_is_connected_before_its_first_read()
    {
        var process = await OpenAsync(new TestPart("First", _clock, isShared: true));

        Assert.That(process.Connection?.IsConnected, Is.True);
        await process.SaveAsync(Key, 1);
        await process.ReadAsync(Key);
        Assert.That(await CountAsync(), Is.EqualTo(1));
        Assert.That((process.Distributed.Faults, process.Log.Entries.Count), Is.EqualTo((0L, 0)));
    }

    [Test]
    public async Task Server_that_is_down_at_the_start_is_used_later()
    {
        var store = new TestPart("First", _clock, isShared: true);
        await _server.StopAsync();
        var process = await OpenAsync(store);
        await process.SaveAsync(Key, 1);

        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        Assert.That(process.Levels, Is.EqualTo(new[] { LogLevel.Warning }));
        await _server.RestartAsync();
        _clock.Advance(TierAvailability.RecoveryPeriod);
        await process.StartAsync();
        await process.Cache.ClearAsync();
        await process.ReadAsync(Key);

        Assert.That(await CountAsync(), Is.EqualTo(1));
        Assert.That(process.Levels, Is.EqualTo(new[] { LogLevel.Warning, LogLevel.Information }));
    }

    [Test]
    public async Task Server_that_crashes_and_comes_back_costs_one_warning_and_no_read()
    {
        var process = await OpenAsync(new TestPart("First", _clock, isShared: true));
        await process.SaveAsync(Key, 1);
        await process.SaveAsync("other.png", 2);
        var restored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.Connection!.ConnectionRestored += (_, restoring) => _ = restoring.ConnectionType == ConnectionType.Interactive && restored.TrySetResult();
        await _server.StopAsync();
        for (var round = 0; round < 20; round++)
        {
            Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
            Assert.That(await process.ReadAsync("other.png"), Is.EqualTo(CachedStore.Image(2)));
            await process.Cache.ClearAsync();
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(process.Levels, Is.EqualTo(new[] { LogLevel.Warning }));
        await _server.RestartAsync();
        await restored.Task;
        _clock.Advance(TierAvailability.RecoveryPeriod);
        await process.ReadAsync(Key);
        Assert.That(await CountAsync(), Is.EqualTo(1));
        Assert.That(process.Levels, Is.EqualTo(new[] { LogLevel.Warning, LogLevel.Information }));
    }

    [Test]
    public async Task Key_of_a_wrong_type_affects_only_its_image_and_is_replaced()
    {
        var store = new TestPart("First", _clock, isShared: true);
        var one = await OpenAsync(store);
        foreach (var (key, seed) in new[] { (Key, 1), ("other.png", 2) })
        {
            await one.SaveAsync(key, seed);
            await one.ReadAsync(key);
        }

        var name = await NameOfAsync(Key);
        await (await DatabaseAsync()).KeyDeleteAsync(name);
        await (await DatabaseAsync()).StringSetAsync(name, "planted");

        var process = await OpenAsync(store);
        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        Assert.That(await process.ReadAsync("other.png"), Is.EqualTo(CachedStore.Image(2)));
        Assert.That((process.Distributed.Hits, process.Distributed.Faults), Is.EqualTo((1L, 1L)), "the other image came from the server");
        Assert.That(process.Log.Entries.Single().Text, Does.StartWith("An entry of the distributed tier"));

        _clock.Advance(TimeSpan.FromSeconds(5));
        await process.Cache.ClearAsync();
        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        _clock.Advance(TimeSpan.FromSeconds(1));
        var again = await OpenAsync(store);
        await again.ReadAsync(Key);
        Assert.That((again.Distributed.Hits, again.Distributed.Faults), Is.EqualTo((1L, 0L)), "the entry is sound again");
    }

    [Test]
    public async Task Record_travels_through_the_server_with_properties_and_fields_of_a_newer_build()
    {
        byte[] newField = RecordBytes.Text(5000, "of a newer build");
        var store = new TestPart("First", _clock, isShared: true);
        var saved = await store.Store.PutAsync(PutRequest.CopyOf(
            RecordBytes.Read([.. RecordBytes.Of(ImageInfoTests.Sample with { Key = Key, Encoding = null }), .. newField]),
            new PieceContent(CachedStore.Image(1), 4096)));
        await (await OpenAsync(store)).ReadAsync(Key);

        var other = await OpenAsync(store);
        await using var image = (await other.Images.GetAsync(Key))!;

        Assert.That(other.Distributed.Hits, Is.EqualTo(1), "the server has the image");
        Assert.That(image.Info, Is.EqualTo(saved));
        Assert.That(image.Info.Properties, Is.EqualTo(ImageInfoTests.Sample.Properties).And.Not.Empty);
        Assert.That(RecordBytes.Of(image.Info).AsSpan().IndexOf(newField), Is.GreaterThan(0));
    }

    // Without the rule, 72 pairs of "cannot be used" and "works again" were logged in 216 seconds.
    [Test]
    public async Task Full_server_is_read_and_costs_one_warning()
    {
        var store = new TestPart("First", _clock, isShared: true);
        var writer = await OpenAsync(store);
        for (var image = 0; image < 10; image++)
        {
            await writer.SaveAsync($"{image}.png", image);
            await writer.ReadAsync($"{image}.png");
        }

        await ExecuteAsync("CONFIG", "SET", "maxmemory-policy", "noeviction");
        await ExecuteAsync("CONFIG", "SET", "maxmemory", "1");
        var process = await OpenAsync(store);
        var random = new Random(1);
        for (var second = 0; second < 216; second++)
        {
            var image = random.Next(20);
            if (image >= 10 && await process.Images.GetInfoAsync($"{image}.png") is null)
            {
                await process.SaveAsync($"{image}.png", image);
            }

            Assert.That(await process.ReadAsync($"{image}.png"), Is.EqualTo(CachedStore.Image(image)));
            await process.Cache.InvalidateAsync("none.png");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(process.Levels, Is.EqualTo(new[] { LogLevel.Warning }));
        Assert.That(process.Log.Entries.Single().Text, Does.Contain("new entries only"));
        Assert.That(process.Distributed.Hits, Is.Positive, "what is there is served");
        await ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        _clock.Advance(TierAvailability.RecoveryPeriod);
        await process.SaveAsync("last.png", 30);
        await process.ReadAsync("last.png");
        Assert.That(process.Levels, Is.EqualTo(new[] { LogLevel.Warning, LogLevel.Information }));
        await NameOfAsync("last.png");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var opened in Enumerable.Reverse(_opened))
        {
            await opened.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task<RedisProcess> OpenAsync(TestPart store, bool hasFallback = false, string? instance = null, TimeProvider? clock = null)
    {
        var process = new RedisProcess(store.Open, _server.Client, clock ?? _clock, hasFallback, instance);
        _opened.Add(process);
        return await process.StartAsync();
    }

    private async Task<IDatabase> DatabaseAsync()
    {
        var options = _server.Client;
        options.AllowAdmin = true;
        var connection = await ConnectionMultiplexer.ConnectAsync(options);
        _opened.Add(connection);
        return connection.GetDatabase();
    }

    private async Task ExecuteAsync(string command, params object[] arguments) => await (await DatabaseAsync()).ExecuteAsync(command, arguments);

    private async Task<List<string>> NamesAsync() => [.. ((RedisResult[])(await (await DatabaseAsync()).ExecuteAsync("KEYS", "*"))!).Select(name => name.ToString())];

    private async Task<int> CountAsync() => (await NamesAsync()).Count;

    private async Task<string> NameOfAsync(ImageKey key) => (await NamesAsync()).Single(name => name.EndsWith($"-{EntryName.HashOf(key):x32}", StringComparison.Ordinal));
}
