import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';
import { settingsOf } from '../config/settings-of.ts';

/**
 * AWS forecasts nothing for an account with less than five weeks of usage (AWS Cost Management User Guide, "Best
 * practices for AWS Budgets").
 */
const notificationTypes = ['ACTUAL', 'FORECASTED'];

/**
 * Sends an e-mail when the account has spent more in a month than the settings say, if they do, and when it is expected
 * to.
 */
export function spendingBudget(scope: Construct): void {
  const { budget } = settingsOf(scope);
  if (!budget) return;
  new CfnBudget(scope, 'Budget', {
    budget: {
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: budget.usdPerMonth, unit: 'USD' },
    },
    notificationsWithSubscribers: notificationTypes.map((notificationType) => ({
      notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold: 100 },
      subscribers: [{ subscriptionType: 'EMAIL', address: budget.email }],
    })),
  });
}
