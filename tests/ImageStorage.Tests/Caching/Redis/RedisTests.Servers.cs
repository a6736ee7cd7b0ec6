using ImageStorage.Providers;
using ImageStorage.Tests.Failover;
using StackExchange.Redis;

namespace ImageStorage.Tests.Caching.Redis;

/// <content>Several processes and applications; a server that is killed, slow, or has planted entries.</content>
internal sealed partial class RedisTests
{
    private static readonly TimeSpan RevalidateAfter = TimeSpan.FromSeconds(30);

    public enum Plant
    {
        Rubbish,
        Nothing,
        Truncated,
        Altered,
        EntryOfAnotherImage,
        EntryOfAnotherVersion,
    }

    [Test]
    public async Task Two_processes_share_entries_and_see_writes_of_the_other_after_the_interval()
    {
        var store = new TestPart("First", _clock, isShared: true);
        var (one, two) = (await OpenAsync(store), await OpenAsync(store));
        await one.SaveAsync(Key, 1);
        Assert.That(await one.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        Assert.That(await two.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        Assert.That(two.Distributed.Hits, Is.EqualTo(1));

        await two.SaveAsync(Key, 2);
        Assert.That(await two.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)), "the writer sees its write at once");
        Assert.That(await one.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)), "the other process has validated the version before");
        _clock.Advance(RevalidateAfter);
        Assert.That(await one.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));

        await one.Images.DeleteAsync(Key);
        Assert.That(await one.ReadAsync(Key), Is.Null);
        _clock.Advance(RevalidateAfter);
        Assert.That(await two.ReadAsync(Key), Is.Null);
        Assert.That(await (await OpenAsync(store)).ReadAsync(Key), Is.Null);
    }

    // A copy of a store has the identity of its original, so only the names keep the two apart.
    [Test]
    public async Task Application_on_a_copy_of_a_store_with_an_instance_name_of_its_own_sees_only_its_own_images()
    {
        var production = new TestPart("First", _clock, isShared: true);
        var one = await OpenAsync(production, instance: "production:");
        await one.SaveAsync(Key, 1);
        await one.ReadAsync(Key);
        var copy = new TestPart("First", _clock, isShared: true);
        await foreach (var document in production.Store.Documents.EnumerateAsync("store/"))
        {
            await copy.Store.Documents.PutAsync(document, (await production.Store.Documents.GetAsync(document))!.Content);
        }

        var other = await OpenAsync(copy, instance: "staging:");
        Assert.That(await other.ReadAsync(Key), Is.Null);
        await other.SaveAsync(Key, 2);
        Assert.That(await other.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));

        var names = await NamesAsync();
        Assert.That(names.Select(name => name[name.IndexOf(':', StringComparison.Ordinal)..]).Distinct().Count(), Is.EqualTo(1), "the names differ in the instance only");
        Assert.That(names, Has.Count.EqualTo(2));
        Assert.That(await (await OpenAsync(production, instance: "production:")).ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        Assert.That(await (await OpenAsync(copy, instance: "staging:")).ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));
    }

    [Test]
    public async Task Server_that_is_killed_and_restarted_under_load_costs_no_read_and_no_order()
    {
        var store = new TestPart("First", _clock, isShared: true);
        var load = new RedisLoad(await OpenAsync(store), await OpenAsync(store));
        await load.RunAsync();
        var restored = load.Processes.Select(RestoredAsync).ToList();

        await Task.WhenAll(load.RunAsync(), _server.StopAsync());
        await load.RunAsync();
        await Task.WhenAll(load.RunAsync(), _server.RestartAsync());
        await Task.WhenAll(restored);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await load.RunAsync();

        await load.Processes[0].SaveAsync(Key, 1);
        await load.Processes[0].ReadAsync(Key);
        var late = await OpenAsync(store);
        Assert.That(await late.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        Assert.That(late.Distributed.Hits, Is.EqualTo(1), "the tier works again");
    }

    [Test]
    public async Task Server_that_does_not_answer_holds_up_no_call_for_longer_than_the_timeout()
    {
        var process = await OpenAsync(new TestPart("First", TimeProvider.System, isShared: true), clock: TimeProvider.System);
        await process.SaveAsync(Key, 1);
        await process.ReadAsync(Key);
        await process.Cache.ClearAsync();
        await ExecuteAsync("CLIENT", "PAUSE", 600_000);

        // Without a timeout of the tier, the call fails when the client gives up, after five seconds.
        var patience = TimeSpan.FromSeconds(4);
        Assert.That(await process.ReadAsync(Key).WaitAsync(patience), Is.EqualTo(CachedStore.Image(1)));
        await process.SaveAsync(Key, 2).WaitAsync(patience);
        Assert.That(await process.ReadAsync(Key).WaitAsync(patience), Is.EqualTo(CachedStore.Image(2)));

        // The client waits for the server when it is closed.
        await _server.StopAsync();
    }

    [Test]
    public async Task Planted_entry_is_never_served_and_is_replaced([Values] Plant plant, [Values(1, 2)] int seed)
    {
        var store = new TestPart("First", _clock, isShared: true);
        var one = await OpenAsync(store);
        await one.SaveAsync("other.png", 2);
        await one.ReadAsync("other.png");
        await one.SaveAsync(Key, 3);
        await one.ReadAsync(Key);
        var old = await EntryOfAsync(Key);
        await one.SaveAsync(Key, 1);
        await one.ReadAsync(Key);
        var genuine = await EntryOfAsync(Key);
        var random = new Random(seed);
        await (await DatabaseAsync()).HashSetAsync(await NameOfAsync(Key), Field, plant switch
        {
            Plant.Rubbish => Bytes(random, random.Next(1, 9000)),
            Plant.Nothing => [],
            Plant.Truncated => genuine[..random.Next(genuine.Length)],
            Plant.Altered => [.. genuine.Select((value, index) => index == genuine.Length / 2 ? (byte)(value ^ random.Next(1, 256)) : value)],
            Plant.EntryOfAnotherImage => await EntryOfAsync("other.png"),
            _ => old,
        });
        if (plant == Plant.EntryOfAnotherVersion)
        {
            // The entry was genuine, and is trusted for the interval like any version that another process has replaced.
            _clock.Advance(RevalidateAfter);
        }

        var process = await OpenAsync(store);
        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        Assert.That(process.Distributed.Faults, Is.Zero);
        Assert.That(process.Distributed.Damaged, Is.EqualTo(plant == Plant.EntryOfAnotherVersion ? 0 : 1));

        var again = await OpenAsync(store);
        Assert.That(await again.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        Assert.That((again.Distributed.Hits, again.Distributed.Damaged), Is.EqualTo((1L, 0L)), "the entry is sound again");
    }

    // The client keeps the bytes of an entry in a field of a hash.
    private static RedisValue Field => "data";

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static Task RestoredAsync(RedisProcess process)
    {
        var restored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.Connection!.ConnectionRestored += (_, restoring) => _ = restoring.ConnectionType == ConnectionType.Interactive && restored.TrySetResult();
        return restored.Task;
    }

    private async Task<byte[]> EntryOfAsync(ImageKey key) => (await (await DatabaseAsync()).HashGetAsync(await NameOfAsync(key), Field))!;
}
