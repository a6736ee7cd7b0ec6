using ImageStorage.CrashHarness.Tracing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.CrashHarness.Stores;

/// <summary>Two stores of one kind in one folder, as the replicas of a mirror.</summary>
/// <param name="scheme">The scheme of the store URI.</param>
/// <param name="replica">The kind of both replicas.</param>
internal sealed class MirrorStoreKind(string scheme, StoreKind replica) : StoreKind
{
    public override string Scheme => scheme;

    public override string LocationIn(string folder) => Path.Join(folder, "store");

    public override void Use(ImageStorageBuilder builder, string location)
    {
        replica.Use(builder, ReplicaIn(location, "primary"));
        builder.WithMirror(mirror => replica.Use(mirror, ReplicaIn(location, "mirror")), options => options.Lease = TimeSpan.FromMilliseconds(100));
    }

    public override IEnumerable<string> LeftBehind(string location) => [.. replica.LeftBehind(ReplicaIn(location, "primary")), .. replica.LeftBehind(ReplicaIn(location, "mirror"))];

    // The leader decides: while both replicas are available, the primary.
    public override bool IsCommit(SystemCall call, string location) => replica.IsCommit(call, ReplicaIn(location, "primary"));

    private string ReplicaIn(string location, string name) => replica.LocationIn(Path.Join(location, name));
}
