using ImageStorage.LiteDb.Engine;

namespace ImageStorage.LiteDb.Tests.Simulation;

/// <summary>Makes of a store one as the library wrote it before there was an index by content type and tag.</summary>
internal static class OlderLayout
{
    private const int Layout = 1;

    public static Task BringBackAsync(LiteDbImageProvider provider) => provider.Store.CommitAsync(
        session =>
        {
            session.InTransaction(() =>
            {
                foreach (var image in session.Range(StoreLayout.Images, (byte[])[0], (byte[])[0xFF], int.MaxValue))
                {
                    image.Remove(StoreLayout.Filters);
                    session.Upsert(StoreLayout.Images, image);
                }

                var meta = session.Find(StoreLayout.Meta, StoreLayout.MetaId)!;
                meta["layout"] = Layout;
                session.Upsert(StoreLayout.Meta, meta);
            });
            return true;
        },
        CancellationToken.None);

    /// <summary>The layout that a store says it has.</summary>
    public static Task<int> LayoutOfAsync(LiteDbImageProvider provider) =>
        provider.Store.ReadAsync(session => session!.Find(StoreLayout.Meta, StoreLayout.MetaId)!["layout"].AsInt32, CancellationToken.None);
}
