/** Turns the content into the JSON that the demo reads: snake_case, amounts in fen as numbers, zh and en side by side. */

import { criteriaList, evaluation, priceRule } from '../content/criteria.mjs';
import { agency, buyer, centre, experts, supervisor } from '../content/organisations.mjs';
import { addendum, enquiries, project, qualifications } from '../content/project.mjs';

const label = (zh, en) => ({ zh, en });

const ENVELOPES = [
  { kind: 1, opening: 1, name: label('资格审查及技术文件', 'Qualification and technical documents'), documents: ['technical.pdf'] },
  { kind: 2, opening: 2, name: label('报价文件', 'Price documents'), documents: ['price.pdf'] },
  {
    kind: 3, opening: 1, name: label('开标一览表（第一次开标）', 'Opening statement'),
    fields: [
      { key: 'duration_days', type: 'integer', maximum: project.duration_days, name: label('投标工期（日历天）', 'Duration (calendar days)') },
      { key: 'quality', type: 'text', name: label('质量标准', 'Quality standard') },
      { key: 'project_manager', type: 'text', name: label('项目经理', 'Project manager') },
      { key: 'project_manager_certificate', type: 'text', name: label('项目经理注册编号', 'Project manager’s certificate number') },
    ],
  },
  {
    kind: 4, opening: 2, name: label('开标一览表（第二次开标）', 'Price statement'),
    fields: [{ key: 'price_minor', type: 'money', currency: 'CNY', name: label('投标总价', 'Bid price') }],
  },
];

const DOCUMENTS = [
  { set: 1, file: 'tender/tender-document.pdf', kind: 'tender_document', name: label('招标文件', 'Tender document') },
  { set: 1, file: 'tender/drawings-and-bill.pdf', kind: 'bill_of_quantities', name: label('图纸目录与工程量清单', 'List of drawings and bill of quantities') },
  { set: 2, file: 'tender/addendum-1.pdf', kind: 'addendum', name: label('补遗书（第1号）', 'Addendum No. 1') },
];

export function tenderRecord() {
  return {
    code: project.code,
    project_code: project.project_code,
    approval: project.approval,
    regime: 'bidding',
    procedure: 'two_stage',
    works: 'municipal',
    currency: 'CNY',
    title: project.name,
    short_title: project.short_name,
    place: project.place,
    funds: project.funds,
    buyer: buyer.id,
    agency: agency.id,
    supervisor: supervisor.id,
    qualifications: qualifications.map(({ code, zh, en }) => ({ code, text: label(zh, en) })),
    contacts: [buyer, agency, supervisor].map(({ id, people }) => ({ organisation: id, person: people[0].name, phone: people[0].phone })),
    lots: [{
      number: project.lot.number,
      title: project.lot.title,
      scope: project.lot.scope,
      ceiling_minor: Number(project.ceiling_minor),
      duration_days_max: project.duration_days,
      quality: project.quality,
      validity_days: project.validity_days,
      defects_liability_months: project.defects_liability_months,
      bid_security: { amount_minor: Number(project.bid_security_minor), forms: ['transfer', 'guarantee', 'insurance'] },
      envelopes: ENVELOPES,
      points: { technical: '10', business: '10', price: '80' },
      criteria: criteriaList(),
      evaluation,
      price_rule: priceRule,
    }],
    documents: DOCUMENTS,
    enquiries,
    addenda: [addendum],
  };
}

export function peopleRecord(bidders) {
  return { centre, buyer, agency, supervisor, experts, bidders: bidders.map(bidderRecord) };
}

function bidderRecord(bidder) {
  const manager = bidder.project_manager;
  return {
    id: bidder.id,
    name: bidder.name,
    credit_code: bidder.credit_code,
    parent: bidder.parent,
    address: bidder.address,
    phone: bidder.phone,
    qualification: bidder.qualification,
    qualification_number: bidder.qualification_number,
    safety_licence_number: bidder.safety_licence_number,
    legal_representative: bidder.legal_representative.name,
    project_manager: { name: manager.name, grade: manager.grade, certificate_number: manager.certificate_number },
    technical_lead: bidder.technical_lead,
    document_set: 2,
    statement: {
      duration_days: bidder.duration_days,
      quality: project.quality.zh,
      project_manager: manager.name.zh,
      project_manager_certificate: manager.certificate_number,
    },
    price_statement: { price_minor: Number(bidder.bill.price_minor) },
    documents: { technical: `bids/${bidder.id}/technical.pdf`, price: `bids/${bidder.id}/price.pdf` },
  };
}
