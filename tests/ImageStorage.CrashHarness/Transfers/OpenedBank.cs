using ImageStorage.CrashHarness.Campaigns;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Workload;
using ImageStorage.Providers;

namespace ImageStorage.CrashHarness.Transfers;

/// <summary>Creates a store of accounts.</summary>
internal static class OpenedBank
{
    /// <summary>Saves an image for each account. Returns whether several processes may open the store.</summary>
    /// <exception cref="MissingPartException">This kind of store does not support transactions.</exception>
    public static async Task<bool> CreateAsync(string uri)
    {
        using var store = new OpenStore(uri);
        for (var account = 0; account < Bank.Accounts; account++)
        {
            var key = Bank.KeyOf(account);
            await store.Images.SaveBytesAsync(key, SelfDescribing.Image(Account.None, key.Value), new SaveOptions { Metadata = Account.Opening.ToMetadata() });
        }

        return store.Provider.GetAbility<IVersionKeeper>() is not null || store.Provider.GetAbility<IAtomicProvider>() is not null
            ? store.Provider.Capabilities.MultiProcess
            : throw new MissingPartException($"{store.Provider.Name} has no transactions", mayBeMissing: true);
    }
}
