using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <content>Damage below the layers and in the compositions that a store may have.</content>
public abstract partial class CorruptionConformance<THarness>
{
    // The second provider is of the same kind, and has a store of its own.
    private static readonly Dictionary<string, Action<ImageStorageBuilder, IImageProvider, IImageProvider>> Compositions = new(StringComparer.Ordinal)
    {
        ["alone"] = (builder, provider, _) => Use(builder, provider),
        ["cache"] = (builder, provider, _) => Use(builder, provider).WithCache(),
        ["resilience"] = (builder, provider, _) => Use(builder, provider).WithResilience(),
        ["fallback"] = (builder, provider, other) => Use(builder, provider).WithFallback(part => Use(part, other), options => options.ReconcileInterval = null),
        ["mirror"] = (builder, provider, other) => Use(builder, provider).WithMirror(part => Use(part, other), options => options.ReconcileInterval = null),
        ["catalog"] = (builder, provider, other) => builder.UseHybrid(part => Use(part, provider), part => Use(part, other), inlineLimit: 100),
        ["first available"] = (builder, provider, other) => builder.UseFirstAvailable(part => Use(part, provider), part => Use(part, other)),
    };

    private static IEnumerable<string> CompositionNames => Compositions.Keys;

    // A copy, a back-up or a migration that trusts any of these views must not lose the image silently.
    [TestCaseSource(nameof(CompositionNames))]
    public async Task Every_view_of_a_composed_store_names_an_image_whose_record_cannot_be_read(string composition)
    {
        await using var second = new THarness();
        await using var other = await second.OpenAsync(Clock);
        await using var store = await ComposeAsync(composition, Provider, other);
        await store.Images.SaveBytesAsync(Damaged, Image(1, 5_000));
        await store.Images.SaveBytesAsync(Sound, Image(2, 5_000));
        await DamageAsync(Damaged, StoreDamage.Record);
        if (composition == "mirror")
        {
            await second.DamageAsync(Damaged, StoreDamage.Record);
        }

        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            var page = await store.Images.ListAsync(new ImageQuery { Order = order });
            Assert.That((page.Items.Single().Key.Value, page.Unlisted.Single().Name), Is.EqualTo((Sound, Damaged)), $"{order}");
        }

        var usage = await store.Images.GetUsageAsync();
        Assert.That((usage.Count, usage.Unlisted), Is.EqualTo((1L, 1)));
        var findings = await store.GetRequiredService<IStoreRoute>().Stored.VerifyAsync().Where(item => item.Status != VerificationStatus.Sound).ToListAsync();
        Assert.That(findings.Select(item => (item.Name, item.Kind, item.Status)).Distinct(), Is.EqualTo(new[] { (Damaged, VerificationKind.Image, VerificationStatus.Corrupted) }));
        Assert.That(findings.Select(item => item.Part), Is.Unique);
        var (copied, missed) = await CopyAsync(store);
        Assert.That((copied.Single(), missed.Single()), Is.EqualTo((Sound, Damaged)));
    }

    // A folder that was copied file by file has the identity of its original. The copy is no second copy of the images.
    [TestCase("fallback")]
    [TestCase("mirror")]
    [TestCase("catalog")]
    public async Task A_store_is_refused_beside_a_copy_that_has_its_identity(string composition)
    {
        await using var second = new THarness();
        await using var third = new THarness();
        await using (var other = await second.OpenAsync(Clock))
        {
            await using var store = await ComposeAsync(composition, new SharedProvider(Provider), new SharedProvider(other));
            await store.Images.SaveBytesAsync(Sound, Image(2, 5_000));
        }

        await using var copy = await third.OpenAsync(Clock);
        foreach (var collection in await Provider.Documents.ListCollectionsAsync())
        {
            await foreach (var name in Provider.Documents.EnumerateAsync($"{collection}/"))
            {
                await copy.Documents.PutAsync(name, (await Provider.Documents.GetAsync(name))!.Content);
            }
        }

        var failure = await CaughtAsync(async () =>
        {
            await using var wrong = await ComposeAsync(composition, new SharedProvider(Provider), new SharedProvider(copy));
            await wrong.Images.SaveBytesAsync(Damaged, Image(1, 5_000));
        });

        // A copy of a catalog looks like a content store that has lost its disk.
        Assert.That(failure, composition == "catalog" ? Is.TypeOf<StorageUnavailableException>() : Is.TypeOf<StorageNotSupportedException>());
        Assert.That(await Provider.GetInfoAsync(Damaged), Is.Null);
        Assert.That(await copy.GetInfoAsync(Damaged), Is.Null);
    }

    private static ImageStorageBuilder Use(ImageStorageBuilder builder, IImageProvider provider) => builder.UseProvider(provider.Name, _ => provider);

    private static async Task<(List<string> Copied, List<string> Missed)> CopyAsync(ImageStore store)
    {
        var (copied, missed) = (new List<string>(), new List<string>());
        await using var target = await ImageStore.OpenAsync(builder => builder.UseInMemory());
        await foreach (var image in store.GetRequiredService<IImageWalk>().WalkAsync())
        {
            if (image.Unlisted is { } unlisted)
            {
                missed.Add(unlisted.Name);
            }
            else if (await store.Images.GetAsync(image.Key!.Value) is { } stored)
            {
                await using (stored)
                {
                    copied.Add((await target.Images.SaveAsync(stored.Info.Key, stored.Content)).Key.Value);
                }
            }
        }

        return (copied, missed);
    }

    private async Task<ImageStore> ComposeAsync(string composition, IImageProvider provider, IImageProvider other)
    {
        try
        {
            return await ImageStore.OpenAsync(builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(Clock);
                Compositions[composition](builder, provider, other);
            });
        }
        catch (Exception refusal) when (refusal is InvalidOperationException or ArgumentException && composition is ("fallback" or "mirror" or "catalog"))
        {
            Assert.Ignore($"{Provider.Name} cannot be composed in this way: {refusal.Message}");
            throw;
        }
    }
}
