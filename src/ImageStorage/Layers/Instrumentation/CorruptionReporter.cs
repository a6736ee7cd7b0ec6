using ImageStorage.Diagnostics.Measuring;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Instrumentation;

/// <summary>Reports damage that one provider of a store finds: to the log, and as <see cref="CorruptionFound"/>.</summary>
/// <param name="logger">The log of the calls.</param>
/// <param name="provider">The provider.</param>
/// <param name="role">The role of the provider in the store.</param>
/// <param name="store">The name of the store in messages.</param>
internal sealed class CorruptionReporter(ILogger logger, IImageProvider provider, ProviderRole role, string store) : IDamageObserver
{
    // The key in Exception.Data of damage that was reported at least once.
    private const string Reported = "ImageStorage.Reported";

    /// <summary>Gets the sink of the events; null if damage is only logged.</summary>
    public IStorageEventSink? Events { get; init; }

    /// <summary>Gets the clock of the events.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Gets the recorder of the provider; null for none.</summary>
    public PartRecorder? Recorder { get; init; }

    /// <summary>Gets the part of the store in events; null for the store.</summary>
    public string? Part { get; init; }

    /// <summary>
    /// Reports damage that a call found. A save whose source is a damaged image of another provider, such as a copy
    /// between replicas, fails with the exception that the other provider has reported.
    /// </summary>
    public void Report(string operation, ImageKey? key, StorageCorruptedException damage)
    {
        if (damage.Data.Contains(Reported) && damage.Data.Contains(StoredContent.SourceDamage))
        {
            return;
        }

        damage.Data[Reported] = true;
        Recorder?.RecordDamage();
        Log.Corrupted(logger, provider.Name, operation, damage.GetType().Name, role.ToString(), store);
        Log.FailedWith(logger, provider.Name, operation, key ?? default, role.ToString(), store, damage);
        if (Events is { IsEnabled: true })
        {
            Events.Publish(new CorruptionFound
            {
                At = Clock.GetUtcNow(),
                // A damaged database, document or index is not the damage of the image that a call asked for.
                Key = damage is ImageCorruptedException ? damage.Key ?? key : default(ImageKey?),
                Provider = provider.Name,
                Role = role,
                Part = Part ?? store,
                Reason = damage.Reason ?? damage.Message,
            });
        }
    }

    /// <summary>Reports damage that a verification found.</summary>
    public void Report(VerificationItem item)
    {
        var reason = item.Detail ?? "the verification says nothing more";
        var message = $"A verification found damage in {provider.Name}: {OfKind(item.Kind)}'{item.Name}': {reason}.";
        StorageCorruptedException damage = item.Kind == VerificationKind.Image && ImageKey.TryParse(item.Name, out var key)
            ? new ImageCorruptedException(message) { Key = key, Provider = provider.Name, Reason = reason }
            : new StorageCorruptedException(message) { Provider = provider.Name, Reason = $"{OfKind(item.Kind)}{item.Name}: {reason}" };
        Report(OperationText.Of(ProviderOperation.Verify), damage.Key, damage);
    }

    private static string OfKind(VerificationKind kind) => kind switch
    {
        VerificationKind.Document => "document ",
        VerificationKind.RetainedVersion => "retained version ",
        _ => string.Empty,
    };

    /// <summary>
    /// Returns an image that reports damage which is found while the image is read. A stream of the library needs no
    /// wrapper.
    /// </summary>
    public StoredImage Observe(StoredImage image)
    {
        switch (image.Content)
        {
            case IObservedStream stream:
                stream.Observe(this, image.Info.Key);
                return image;
            case MemoryStream memory when memory.GetType() == typeof(MemoryStream):
                // Nothing verifies memory.
                return image;
            default:
                var observed = new ForeignStream(image.Content);
                observed.Observe(this, image.Info.Key);
                return new StoredImage(image.Info, observed, image.Range);
        }
    }

    public void OnDamage(ImageKey? key, StorageCorruptedException damage) => Report("read", key, damage);
}
