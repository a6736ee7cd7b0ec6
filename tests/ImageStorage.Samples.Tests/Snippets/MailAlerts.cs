namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>Sends critical alerts by mail.</summary>
internal sealed class MailAlerts(IMailer mailer) : IAlertHandler
{
    public Task HandleAsync(StorageAlert alert, CancellationToken cancellationToken = default) =>
        alert is { Severity: AlertSeverity.Critical, ResolvedAt: null }
            ? mailer.SendAsync($"{alert.Store}: {alert.Message} {alert.Remedy}", cancellationToken)
            : Task.CompletedTask;
}
