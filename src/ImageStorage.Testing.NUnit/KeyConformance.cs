using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Tests P8: every legal key works, also a key that resembles an attack, and two keys are never merged.
/// </summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract class KeyConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private static IEnumerable<TestCaseData> Keys() => (IsRepresentative ? ConformanceKeys.Representative : ConformanceKeys.All).Select((key, i) => new TestCaseData(key).SetArgDisplayNames($"{i} {Shown(key)}"));

    private static IEnumerable<TestCaseData> Groups() => (IsRepresentative ? ConformanceKeys.RepresentativeGroups : ConformanceKeys.Groups).Select((keys, i) => new TestCaseData((object)keys).SetArgDisplayNames($"{i} {Shown(keys[0])}"));

    [TestCaseSource(nameof(Keys))]
    public async Task Every_legal_key_works(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var saved = await SaveAsync(key, key.Length);

        Assert.That(saved.Key.Value, Is.EqualTo(key));
        await AssertHoldsAsync(key, Image(key.Length));
        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            Assert.That((await Storage.ListAsync(new ImageQuery { Order = order, Prefix = key })).Items, Is.EqualTo(new[] { saved }), $"{order}");
        }

        var updated = await Storage.UpdateAsync(key, new ImageUpdate { Tags = ["x"] });
        Assert.That(await Storage.GetInfoAsync(key), Is.EqualTo(updated));
        Assert.That(await Storage.DeleteAsync(key), Is.True);
        await AssertMissingAsync(key);
    }

    [TestCaseSource(nameof(Groups))]
    public async Task Keys_that_look_alike_are_not_merged(string[] keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        for (var i = 0; i < keys.Length; i++)
        {
            await SaveAsync(keys[i], i, new SaveOptions { Precondition = IfNoneMatch.Any });
        }

        for (var i = 0; i < keys.Length; i++)
        {
            await AssertHoldsAsync(keys[i], Image(i));
        }

        var listed = (await Storage.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending })).Items;
        Assert.That(listed.Select(info => info.Key.Value), Is.EqualTo(keys.Order(StringComparer.Ordinal)));
        for (var i = 0; i < keys.Length; i++)
        {
            Assert.That(await Storage.DeleteAsync(keys[i]), Is.True);
            await AssertMissingAsync(keys[i]);
            for (var j = i + 1; j < keys.Length; j++)
            {
                await AssertHoldsAsync(keys[j], Image(j));
            }
        }
    }

    [Test]
    public async Task All_keys_in_one_store_stay_apart_and_are_listed_in_ordinal_order()
    {
        await SaveAllAsync(ConformanceKeys.All.Select((key, i) => new SaveRequest(key, new MemoryStream(Image(i)))));

        var listed = new List<string>();
        await foreach (var info in Storage.EnumerateAsync(new ImageQuery { Order = ImageOrder.KeyAscending, Limit = 13 }))
        {
            listed.Add(info.Key.Value);
        }

        Assert.That(listed, Is.EqualTo(ConformanceKeys.All.Order(StringComparer.Ordinal)));
        for (var i = 0; i < ConformanceKeys.All.Count; i++)
        {
            await AssertHoldsAsync(ConformanceKeys.All[i], Image(i));
        }
    }

    [Test]
    public async Task New_keys_sort_by_the_time_they_were_made()
    {
        var keys = Enumerable.Range(0, 5).Select(_ => ImageKey.New("uploads")).ToList();
        foreach (var key in keys)
        {
            await SaveAsync(key);
        }

        Assert.That((await Storage.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending, Prefix = "uploads/" })).Items.Select(info => info.Key), Is.EquivalentTo(keys));
    }

    [Test]
    public async Task The_default_key_is_refused_by_every_member()
    {
        Func<Task>[] calls =
        [
            () => SaveAsync(default), () => Storage.GetAsync(default), () => Storage.GetInfoAsync(default), () => Storage.DeleteAsync(default), () => Storage.UpdateAsync(default, new ImageUpdate()),
        ];
        foreach (var call in calls)
        {
            Assert.That(await CaughtAsync(call), Is.TypeOf<ImageValidationException>());
        }

        Assert.That((await Storage.GetUsageAsync()).Count, Is.Zero);
    }

    private static string Shown(string key) => string.Concat(key.Take(24).Select(c => c is > ' ' and < '\x7f' and not '"' ? c.ToString() : $"U+{(int)c:X4}"));
}
