using ImageStorage.CrashHarness.Stores;
using ImageStorage.Providers;

namespace ImageStorage.CrashHarness.Checking;

/// <summary>Checks that all views of a store agree: three orders of listing, the usage and the verification.</summary>
internal sealed class ListingCheck(OpenStore store, List<string> violations)
{
    /// <summary>Checks the views. Returns every image of any view, by key.</summary>
    public async Task<IReadOnlyDictionary<string, ImageInfo>> RunAsync()
    {
        var byKey = await ListAsync(ImageOrder.KeyAscending, 11);
        var oldest = await ListAsync(ImageOrder.CreatedAscending, 7);
        var newest = await ListAsync(ImageOrder.CreatedDescending, 50);
        Compare("by key", byKey, byKey.OrderBy(info => info.Key.Value, StringComparer.Ordinal));
        Compare("oldest first", oldest, byKey.OrderBy(info => info.CreatedAt).ThenBy(info => info.Key.Value, StringComparer.Ordinal));
        Compare("newest first", newest, byKey.OrderByDescending(info => info.CreatedAt).ThenByDescending(info => info.Key.Value, StringComparer.Ordinal));

        var usage = await store.Images.GetUsageAsync();
        if (usage.Count != byKey.Count || usage.Bytes != byKey.Sum(info => info.Length))
        {
            violations.Add($"the usage is {usage.Count} images of {usage.Bytes} bytes, the listing has {byKey.Count} of {byKey.Sum(info => info.Length)}");
        }

        await VerifyAsync(byKey.Count);
        return byKey.Concat(oldest).Concat(newest).DistinctBy(info => info.Key).ToDictionary(info => info.Key.Value, StringComparer.Ordinal);
    }

    private async Task<List<ImageInfo>> ListAsync(ImageOrder order, int limit)
    {
        var found = new List<ImageInfo>();
        await foreach (var info in store.Images.EnumerateAsync(new ImageQuery { Order = order, Limit = limit }))
        {
            found.Add(info);
        }

        return found;
    }

    private void Compare(string order, List<ImageInfo> listed, IEnumerable<ImageInfo> expected)
    {
        var right = expected.ToList();
        if (listed.SequenceEqual(right))
        {
            return;
        }

        var missing = right.Select(info => info.Key.Value).Except(listed.Select(info => info.Key.Value), StringComparer.Ordinal);
        var extra = listed.GroupBy(info => info.Key.Value, StringComparer.Ordinal).Where(group => group.Count() > 1 || right.All(info => info.Key != group.First().Key)).Select(group => group.Key);
        violations.Add($"the listing {order} is wrong; missing: {string.Join(", ", missing)}; too often: {string.Join(", ", extra)}; {listed.Count} instead of {right.Count}");
    }

    private async Task VerifyAsync(int count)
    {
        var sound = 0;
        if (store.Provider.GetAbility<IVerifiableProvider>() is not { } verifiable)
        {
            return;
        }

        await foreach (var item in verifiable.VerifyAsync())
        {
            if (item.Status == VerificationStatus.Sound)
            {
                sound += item.Kind == VerificationKind.Image ? 1 : 0;
            }
            else
            {
                violations.Add($"the verification says of '{item.Name}': {item.Status}, {item.Detail}");
            }
        }

        if (sound != count)
        {
            violations.Add($"the verification found {sound} sound images, the listing {count}");
        }
    }
}
