using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Tests P2 on a failing medium: damaged bytes are never returned as sound bytes, and only the damaged image is
/// affected. Needs a harness that can damage images.
/// </summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract partial class CorruptionConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private const string Damaged = "folder/damaged.png";
    private const string Sound = "folder/sound.png";
    private static readonly StoreDamage[] Damages = Enum.GetValues<StoreDamage>();
    private static readonly int[] Lengths = [300, 70_000, 600_000];

    // Every way to read a stream to its end.
    private static readonly Func<Stream, Task>[] Reads =
    [
        content => content.CopyToAsync(Stream.Null),
        content =>
        {
            content.CopyTo(Stream.Null);
            return Task.CompletedTask;
        },
        async content =>
        {
            while (await content.ReadAsync(new byte[50_000]) > 0)
            {
            }
        },
        content =>
        {
            while (content.Read(new byte[50_000]) > 0)
            {
            }

            return Task.CompletedTask;
        },
    ];

    private protected override string? ReasonToSkip() => Harness.CanDamage ? null : $"{typeof(THarness).Name} cannot damage what is stored ({nameof(ProviderHarness)}.{nameof(ProviderHarness.CanDamage)}).";

    [Test]
    public async Task Reading_a_damaged_image_throws_and_gives_no_wrong_byte([ValueSource(nameof(Damages))] StoreDamage damage, [ValueSource(nameof(Lengths))] int length)
    {
        await SaveAndDamageAsync(damage, length);

        var read = new MemoryStream();
        var failure = await AssertFailsAsync<ImageCorruptedException>(Damaged, async () =>
        {
            await using var image = await Storage.GetAsync(Damaged);
            Assert.That(image, Is.Not.Null, "A damaged image is not a missing one.");
            await image!.Content.CopyToAsync(read);
        });

        AssertBytes(read.ToArray(), Image(1, length).AsSpan(0, (int)read.Length), "Altered bytes were handed out before the failure.");
        Assert.That(failure.Provider, Is.EqualTo(Provider.Name));
    }

    // Damage is found by the call, or in the middle of the bytes, long after the call has succeeded.
    [Test]
    public async Task A_store_reports_damage_once_per_reader_by_an_event([ValueSource(nameof(Damages))] StoreDamage damage, [ValueSource(nameof(Lengths))] int length)
    {
        await SaveAndDamageAsync(damage, length);
        var listener = new DamageListener();
        await using (var store = await ImageStore.OpenAsync(builder =>
        {
            builder.Services.Add(ServiceDescriptor.Singleton<IStorageEventListener>(listener));
            builder.UseProvider(Provider.Name, _ => Provider);
        }))
        {
            foreach (var read in Reads)
            {
                StoredImage? image = null;
                await AssertFailsAsync<ImageCorruptedException>(Damaged, async () => await read((image = await store.Images.GetAsync(Damaged))!.Content));
                if (image is not null)
                {
                    await using (image)
                    {
                        Assert.That(() => read(image.Content), Throws.TypeOf<ImageCorruptedException>(), "The stream fails again, and reports nothing more.");
                    }
                }
            }

        }

        Assert.That(listener.Found, Has.Count.EqualTo(Reads.Length));
        foreach (var found in listener.Found)
        {
            Assert.That((found.Key, found.Provider, found.Role, found.Part), Is.EqualTo(((ImageKey?)Damaged, Provider.Name, ProviderRole.Primary, "the image store")));
            Assert.That(found.Reason, Is.Not.Empty);
        }
    }

    [TestCaseSource(nameof(Lengths))]
    public async Task Reading_a_range_over_damage_throws_and_gives_no_wrong_byte(int length)
    {
        await SaveAndDamageAsync(StoreDamage.FlippedBit, length);

        var read = new MemoryStream();
        await AssertFailsAsync<ImageCorruptedException>(Damaged, async () =>
        {
            await using var part = await Storage.GetAsync(Damaged, new GetOptions { Range = new ByteRange(10, length - 20) });
            await part!.Content.CopyToAsync(read);
        });

        AssertBytes(read.ToArray(), Image(1, length).AsSpan(10, (int)read.Length), "Altered bytes were handed out before the failure.");
    }

    [TestCaseSource(nameof(Damages))]
    public async Task Other_images_are_read_and_listed_as_before(StoreDamage damage)
    {
        await SaveAndDamageAsync(damage, 5_000);

        await AssertHoldsAsync(Sound, Image(2));
        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            Assert.That((await Storage.ListAsync(new ImageQuery { Order = order })).Items.Select(info => info.Key.Value), Does.Contain(Sound), $"{order}");
        }
    }

    // A listing is complete, or says what is missing: otherwise a copy of the store would lose images.
    [Test]
    public async Task Image_whose_record_cannot_be_read_is_named_by_listings_and_counted_by_the_usage([Values] bool alone)
    {
        var saved = await SaveAndDamageAsync(StoreDamage.Record, 5_000);
        if (alone)
        {
            await Storage.DeleteAsync(Sound);
        }

        string[] sound = alone ? [] : [Sound];
        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            foreach (var query in new ImageQuery[] { new(), new() { Limit = 1 }, new() { Prefix = "folder/" }, new() { ContentType = saved.ContentType }, new() { CreatedFrom = saved.CreatedAt, CreatedBefore = saved.CreatedAt.AddTicks(1) } })
            {
                var (listed, unlisted) = (new List<string>(), new List<UnlistedImage>());
                await foreach (var info in Storage.EnumerateAsync(query with { Order = order }, unlisted.Add))
                {
                    listed.Add(info.Key.Value);
                }

                Assert.That(unlisted.Select(image => (image.Name, image.Key, image.Status)), Is.EqualTo(new[] { (Damaged, (ImageKey?)Damaged, VerificationStatus.Corrupted) }), $"{order}: {query}");
                Assert.That(unlisted[0].Detail, Is.Not.Empty);
                Assert.That(unlisted[0].CreatedAt, Is.Null.Or.EqualTo(saved.CreatedAt));
                Assert.That(listed, query.CreatedFrom is null ? Is.EqualTo(sound) : Is.SubsetOf(sound), $"{order}: {query}");
            }

            Assert.That((await Storage.ListAsync(new ImageQuery { Order = order, Prefix = "other/" })).Unlisted, Is.Empty);
            Assert.That((await Storage.ListAsync(new ImageQuery { Order = order, Prefix = "folder/" })).Unlisted, Has.Count.EqualTo(1));
        }

        var usage = await Storage.GetUsageAsync();
        Assert.That((usage.Count, usage.Unlisted), Is.EqualTo(((long)sound.Length, 1)));
        var walked = await Provider.WalkAsync().ToListAsync();
        Assert.That(walked.Select(image => (image.Key?.Value, image.Unlisted?.Name)), Is.EqualTo(new[] { ((string?)Damaged, (string?)Damaged) }.Concat(sound.Select(key => ((string?)key, (string?)null)))));
    }

    [Test]
    public async Task Usage_follows_the_replacement_and_the_deletion_of_an_image_whose_record_cannot_be_read([Values] bool deletes)
    {
        await SaveAndDamageAsync(StoreDamage.Record, 5_000);
        Assert.That((await Storage.GetUsageAsync()).Unlisted, Is.EqualTo(1));

        if (deletes)
        {
            await Storage.DeleteAsync(Damaged);
        }
        else
        {
            await Storage.SaveBytesAsync(Damaged, Image(3, 6_000));
        }

        var (usage, page) = (await Storage.GetUsageAsync(), await Storage.ListAsync(new ImageQuery()));
        Assert.That((usage.Count, usage.Unlisted), Is.EqualTo((deletes ? 1L : 2L, 0)));
        Assert.That((page.Items.Count, page.Unlisted.Count), Is.EqualTo((deletes ? 1 : 2, 0)));
    }

    // Pages around unlisted images neither repeat nor hide an image.
    [Test]
    public async Task Pages_name_every_listed_and_unlisted_image_once([Values] ImageOrder order, [Values(1, 2, 50)] int limit)
    {
        for (var i = 0; i < 7; i++)
        {
            await Storage.SaveBytesAsync($"folder/{i}.png", Image(i, 5_000), new SaveOptions { CreatedAt = Clock.Now.AddMinutes(i) });
        }

        foreach (var i in new[] { 0, 2, 3, 6 })
        {
            await DamageAsync($"folder/{i}.png", StoreDamage.Record);
        }

        var unlisted = new List<string>();
        var listed = await Storage.EnumerateAsync(new ImageQuery { Order = order, Limit = limit }, image => unlisted.Add(image.Name)).Select(info => info.Key.Value).ToListAsync();

        var isDescending = order == ImageOrder.CreatedDescending;
        Assert.That(unlisted.Order(StringComparer.Ordinal), Is.EqualTo(new[] { "folder/0.png", "folder/2.png", "folder/3.png", "folder/6.png" }));
        Assert.That(listed, Is.EqualTo(isDescending ? ["folder/5.png", "folder/4.png", "folder/1.png"] : new[] { "folder/1.png", "folder/4.png", "folder/5.png" }));
    }

    [TestCaseSource(nameof(Damages))]
    public async Task Info_of_a_damaged_image_is_right_or_a_failure(StoreDamage damage)
    {
        var saved = await SaveAndDamageAsync(damage, 5_000);
        ImageInfo? info = null;

        var failure = await CaughtAsync(async () => info = await Storage.GetInfoAsync(Damaged));

        Assert.That(failure, Is.Null.Or.TypeOf<ImageCorruptedException>());
        Assert.That(info, failure is null ? Is.EqualTo(saved) : Is.Null);
    }

    [TestCaseSource(nameof(Damages))]
    public async Task A_damaged_image_can_be_overwritten(StoreDamage damage)
    {
        await SaveAndDamageAsync(damage, 5_000);

        await Storage.SaveBytesAsync(Damaged, Image(3, 6_000));

        await AssertHoldsAsync(Damaged, Image(3, 6_000));
        Assert.That((await Storage.ListAsync(new ImageQuery())).Items, Has.Count.EqualTo(2));
    }

    [TestCaseSource(nameof(Damages))]
    public async Task A_damaged_image_can_be_deleted(StoreDamage damage)
    {
        await SaveAndDamageAsync(damage, 5_000);

        Assert.That(await Storage.DeleteAsync(Damaged), Is.True);

        await AssertMissingAsync(Damaged);
        await AssertHoldsAsync(Sound, Image(2));
    }

    [TestCaseSource(nameof(Damages))]
    public async Task Verification_finds_the_damage_and_nothing_else(StoreDamage damage)
    {
        var verifiable = Verifiable();
        await SaveAndDamageAsync(damage, 5_000);
        var items = new List<VerificationItem>();
        await foreach (var item in verifiable.VerifyAsync())
        {
            items.Add(item);
        }

        Assert.That(items.Where(item => item.Status == VerificationStatus.Sound).Select(item => item.Name), Does.Contain(Sound));
        var wrong = items.Where(item => item.Status != VerificationStatus.Sound).ToList();
        Assert.That(wrong, Is.Not.Empty);
        Assert.That(wrong.Select(item => item.Name), Has.All.Contain("damaged"));
        Assert.That(wrong.Select(item => item.Detail), Has.All.Not.Null);
    }

    [TestCaseSource(nameof(Damages))]
    public async Task A_verification_reports_each_finding_of_damage_once_by_an_event(StoreDamage damage)
    {
        Verifiable();

        await SaveAndDamageAsync(damage, 600_000);
        var listener = new DamageListener();
        var corrupted = new List<VerificationItem>();
        await using (var store = await ImageStore.OpenAsync(builder =>
        {
            builder.Services.Add(ServiceDescriptor.Singleton<IStorageEventListener>(listener));
            builder.UseProvider(Provider.Name, _ => Provider);
        }))
        {
            await foreach (var item in store.GetRequiredService<IImageProvider>().GetAbility<IVerifiableProvider>()!.VerifyAsync())
            {
                if (item.Status == VerificationStatus.Corrupted)
                {
                    corrupted.Add(item);
                }
            }
        }

        Assert.That(corrupted.Select(item => item.Name), Is.Unique);
        Assert.That(listener.Found.Select(found => found.Key?.Value), Is.EqualTo(corrupted.Select(item => item.Kind == VerificationKind.Image ? item.Name : null)));
        foreach (var found in listener.Found)
        {
            Assert.That((found.Provider, found.Role, found.Part), Is.EqualTo((Provider.Name, ProviderRole.Primary, "the image store")));
            Assert.That(found.Reason, Is.Not.Empty);
        }
    }

    [Test]
    public async Task Verification_of_a_sound_store_finds_every_image_sound()
    {
        var verifiable = Verifiable();
        await SaveAsync("a.png", 1);
        await SaveAsync("b/c.png", 2);
        await Storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["x"] });
        await Storage.DeleteAsync("b/c.png");
        await SaveAsync("b/d.png", 3);
        await Provider.Documents.PutAsync("c/a", new byte[] { 1 });
        var items = new List<VerificationItem>();
        await foreach (var item in verifiable.VerifyAsync())
        {
            items.Add(item);
        }

        Assert.That(items, Has.All.Property(nameof(VerificationItem.Status)).EqualTo(VerificationStatus.Sound));
        Assert.That(items.Select(item => item.Name), Is.SupersetOf(new[] { "a.png", "b/d.png" }));
    }

    private async Task<ImageInfo> SaveAndDamageAsync(StoreDamage damage, int length)
    {
        var saved = await Storage.SaveBytesAsync(Damaged, Image(1, length));
        await SaveAsync(Sound, 2);
        await DamageAsync(Damaged, damage);
        return saved;
    }

    private sealed class DamageListener : IStorageEventListener
    {
        public List<CorruptionFound> Found { get; } = [];

        public Task HandleAsync(StorageEvent occurred, CancellationToken cancellationToken = default)
        {
            if (occurred is CorruptionFound found)
            {
                Found.Add(found);
            }

            return Task.CompletedTask;
        }
    }
}
